"""Text that a spreadsheet shows and never runs.

Users: metrics (papers as CSV), dossier_sync (the exported quarantine). What a portal wrote may begin like a formula.
"""

_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")
_BREAKS = ("\t", "\r", "\n")


def inert(text: str) -> str:
    """The text in a form no spreadsheet runs. The half-width signs are what full-width ones fold to."""
    return f"'{text}" if text.startswith(_BREAKS) or text.lstrip().startswith(_RUNS) else text
