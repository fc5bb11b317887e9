"""The questions of the 2024 report, as an agency's system asks them."""

from typing import Any

from support.stack import RunningStack

REPORT = {"agency": "H24.99", "from": "2023-11-15", "to": "2024-12-05"}
II_06A = {
    "dossiers_total_handled": 2215,
    "dossiers_received_online": 2205,
    "dossiers_received_direct_or_post": 2,
    "dossiers_carried_over": 8,
    "dossiers_resolved": 2172,
    "dossiers_resolved_early": 2155,
    "dossiers_resolved_on_time": 17,
    "dossiers_resolved_overdue": 0,
    "dossiers_pending": 43,
    "dossiers_pending_in_time": 43,
    "dossiers_pending_overdue": 0,
}


def value_of(stack: RunningStack, figure: str, **parameters: Any) -> dict[str, Any]:
    with stack.client("metrics") as client:
        answer = client.get(f"/v1/figures/{figure}/value", params={**REPORT, **parameters})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
