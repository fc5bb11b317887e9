"""More dossiers arrive; the newest answer moves, and an old one never does."""

import time
from collections.abc import Iterator

import pytest

from support.report_questions import II_06A, value_of
from support.stack import RunningStack, a_running_stack


@pytest.fixture
def changing_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack of its own: its portal will change, and no other test may see that."""
    with a_running_stack(tmp_path_factory.mktemp("changing") / "local") as running:
        yield running


@pytest.mark.fault("F137")
def test_late_dossiers_move_the_figure_and_never_an_old_answer(changing_stack: RunningStack) -> None:
    before = {figure: value_of(changing_stack, figure) for figure in II_06A}
    entry = before["dossiers_total_handled"]["as_of"]["entry"]
    with changing_stack.client("sandbox-portal", key="") as portal:
        assert portal.post("/sandbox/changes", json={"late_arrivals": 50}).is_success
    changing_stack.python("dossier_sync", "run")
    _wait_until_projected(changing_stack, after=entry)

    now = {figure: value_of(changing_stack, figure) for figure in II_06A}
    assert int(now["dossiers_total_handled"]["value"]) == int(before["dossiers_total_handled"]["value"]) + 50
    for figure, old in before.items():
        as_of = value_of(changing_stack, figure, as_of=entry)
        for part in ("numerator", "denominator", "value", "percent", "bounds", "excluded"):
            assert as_of[part] == old[part], (figure, part)
        assert as_of["as_of"]["digest"] == old["as_of"]["digest"]
    total, resolved, pending = (
        int(now[f"dossiers_{name}"]["value"]) for name in ("total_handled", "resolved", "pending")
    )
    assert total == resolved + pending
    assert changing_stack.python("metrics", "verify")


def _wait_until_projected(stack: RunningStack, *, after: int) -> None:
    for _ in range(100):
        if value_of(stack, "dossiers_total_handled")["as_of"]["entry"] > after:
            return
        time.sleep(0.2)
    raise AssertionError("the projector did not follow the ledger within 20 s")
