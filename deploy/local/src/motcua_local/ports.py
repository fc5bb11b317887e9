"""Ports of the loopback."""

import socket

from motcua_local.errors import PortTaken
from motcua_local.processes import until


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:``port`` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody listens on at this moment; the caller must stand losing it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def claim(wanted: int, service: str, variable: str) -> int:
    """The port a service will get; 0 is answered with a free one.

    A stack that was just ended gives its ports back within moments, so a taken port is asked for a while.
    Raises PortTaken.
    """
    if wanted == 0:
        return free_port()
    if not until(lambda: is_free(wanted), 3, pause=0.1):
        raise PortTaken(
            f"127.0.0.1:{wanted}, the port of {service}, belongs to another program. End that program, or set "
            f"{variable} to another port (0: any free one)."
        )
    return wanted
