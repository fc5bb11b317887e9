"""postmaster.pid: what a Postgres says about itself in its data directory."""

from dataclasses import dataclass
from pathlib import Path

from motcua_local.processes import PROC, is_running, works_in


@dataclass(frozen=True)
class PidFile:
    """The lines that matter. ``port`` is 0 and ``status`` empty while the server has not got that far."""

    pid: int
    port: int
    shared_memory: tuple[int, int] | None  # System V key and id
    status: str  # "starting", "ready", "stopping", "standby"

    def is_live(self, data: Path) -> bool:
        """Whether the pid still is this cluster's postmaster; pids are used again, quickly so in containers."""
        return is_running(self.pid) and (works_in(self.pid, data) or not PROC.exists())


def read_pid_file(data: Path) -> PidFile | None:
    """The pid file of a data directory; None when there is none or it is still being written."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    line = dict(enumerate(lines))
    memory = [int(part) for part in line.get(6, "").split() if part.isdigit()]
    return PidFile(
        pid=pid,
        port=int(line.get(3, "") or 0),
        shared_memory=(memory[0], memory[1]) if len(memory) == 2 else None,
        status=line.get(7, "").strip(),
    )
