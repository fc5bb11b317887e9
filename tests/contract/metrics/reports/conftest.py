"""Documents full of what a hostile or clumsy source can send."""

import pytest

from metrics.reports import form_ii06
from metrics.reports.form_ii06 import CountedRow
from metrics.reports.model import Form, Text
from support.reports_2024 import AGENCY, AS_OF, PERIOD, SIGNATURE

ATTACKS = (
    '=HYPERLINK("http://evil.invalid","x")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "=cmd|' /C calc'!A0",
    'a","=1+1',
    "a\r\n=1+1",
    "{=1+1}",
    "#let x = 1; $x$ *b* <tag>&amp; \\ [x]",
    "{{ 1+1 }}{% x %}",
    "\x00\x07\x1b[31m",
    "日本 🙂 \U000e0001",
)


@pytest.fixture
def attack_form() -> Form:
    """Form II.06a whose fields are named by an attacker."""
    row = (3, 1, 1, 1, 2, 1, 1, 0, 1, 1, 0)
    rows = [CountedRow(Text(attack, attack), row) for attack in ATTACKS]
    total = tuple(count * len(ATTACKS) for count in row)
    return form_ii06.build(
        rows, total, agency=AGENCY, receiver=Text("=1+1", "=1+1"), period=PERIOD, as_of=AS_OF, signature=SIGNATURE
    )
