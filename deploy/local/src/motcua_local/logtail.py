"""The end of a log: what a person needs to see when something failed."""

from pathlib import Path


def tail(path: Path, *, after: int = 0, lines: int = 12) -> str:
    """The last lines of a log, from byte ``after`` on."""
    if not path.exists():
        return ""
    with path.open("rb") as log:
        log.seek(max(after, path.stat().st_size - 16_384))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
