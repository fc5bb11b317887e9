"""What a server killed with -9 leaves behind, and how the next start gets rid of it."""

import ctypes
import signal

from motcua_local.pidfile import PidFile
from motcua_local.place import Place
from motcua_local.processes import send, until, working_in

CHILDREN_SECONDS = 5.0  # children that can run at all notice the postmaster's end at once


def clear_crash(place: Place, dead: PidFile) -> None:
    """After a kill -9: the children notice, end and let go of the shared memory; then the pid file may go.

    Postgres itself would refuse to start when the pid belongs to any other process of the same account.
    """
    if not until(lambda: not working_in(place.data), CHILDREN_SECONDS):
        for pid in working_in(place.data):  # a stopped child never notices; its postmaster is gone, so end it
            send(pid, signal.SIGKILL)
        until(lambda: not working_in(place.data), 5)
    if dead.shared_memory:
        _free_shared_memory(*dead.shared_memory)
    (place.data / "postmaster.pid").unlink(missing_ok=True)


def _free_shared_memory(key: int, identity: int) -> None:
    """Removes the dead server's System V segment (56 bytes, but the kernel keeps it until the next boot)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(ctypes.c_int(key), 0, 0) == identity:
        libc.shmctl(identity, 0, None)  # IPC_RMID
