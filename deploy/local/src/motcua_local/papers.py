"""The 2024 report as an office would hand it in: the hand-entered numbers, then the papers metrics makes of all."""

from pathlib import Path

import httpx

from motcua_local.children import Children
from motcua_local.errors import StepFailed
from motcua_local.report_2024 import AGENCY, RANGE
from motcua_local.services import Programs

ENTERED = Path(__file__).with_name("indicators-2024.json")
PAPERS = (
    ("annual-report.docx", "annual-report", "docx"),
    ("annual-report.pdf", "annual-report", "pdf"),
    ("II.06a.xlsx", "II.06a", "xlsx"),
    ("II.07b.xlsx", "II.07b", "xlsx"),
)


def enter_numbers(services: Programs, children: Children) -> str:
    """Enters what no portal holds; a second run changes nothing. Returns what the command said."""
    program = services.metrics
    said = children.step("indicators", program.command("import-indicators", str(ENTERED)), program.environment)
    return said.strip().splitlines()[-1]


def write_papers(directory: Path, url: str, key: str) -> list[Path]:
    """The papers of the report's own range, each whole or not at all. Raises StepFailed when metrics refuses one."""
    written = []
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
        for name, form, format_ in PAPERS:
            asked = {"agency": AGENCY, **dict(RANGE), "format": format_}
            answer = client.get(f"/v1/forms/{form}", params=asked)
            if answer.status_code != httpx.codes.OK:
                raise StepFailed(f"metrics refused {name} with {answer.status_code}: {answer.text[:2000]}")
            scratch = directory / f"{name}.new"
            scratch.write_bytes(answer.content)
            written.append(scratch.replace(directory / name))
    return written
