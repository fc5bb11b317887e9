"""The way to the client over a real server's connection, where it can be broken properly.

uvicorn keeps the transport and the default headers on the object whose method ``send`` is. Without it (an ASGI call
inside a test) breaking off raises ConnectionResetError, which is what the client would see.
"""

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Send

from sandbox_portal.faults.model import Answer

_LINGER_NOT = struct.pack("ii", 1, 0)
_SETTLE_SECONDS = 0.02
"""Lets the client read what was sent before a reset throws the rest away, and the server notice that it is over."""


class ServerLine:
    """Implements ``Line`` on an ASGI ``send``."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._cycle: Any = getattr(send, "__self__", None)
        self._transport: Any = getattr(self._cycle, "transport", None)

    async def start(self, answer: Answer, length: int | None) -> None:
        """A date of our own replaces the server's; two would be a fault nobody asked for."""
        if self._transport is not None and any(name == b"date" for name, _ in answer.headers):
            self._cycle.default_headers = [one for one in self._cycle.default_headers if one[0] != b"date"]
        measured = [] if length is None else [(b"content-length", str(length).encode())]
        headers = [*answer.headers, *measured]
        await self._send({"type": "http.response.start", "status": answer.status, "headers": headers})

    async def send(self, part: bytes) -> bool:
        if self._transport is not None and self._transport.is_closing():
            return False
        await self._send({"type": "http.response.body", "body": part, "more_body": True})
        return True

    async def finish(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def write(self, raw: bytes) -> None:
        if self._transport is not None:
            self._transport.write(raw)

    async def close(self) -> None:
        if self._transport is None:
            raise ConnectionResetError("The portal closed the connection in the middle of its answer.")
        self._transport.close()
        await asyncio.sleep(_SETTLE_SECONDS)

    async def reset(self) -> None:
        if self._transport is None:
            raise ConnectionResetError("The portal reset the connection.")
        await asyncio.sleep(_SETTLE_SECONDS)
        held = self._transport.get_extra_info("socket")
        if held is not None:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.abort()
        await asyncio.sleep(_SETTLE_SECONDS)


async def deliver(line: ServerLine, answer: Answer) -> None:
    """The whole answer, as it should be."""
    await line.start(answer, len(answer.body))
    if answer.body:
        await line.send(answer.body)
    await line.finish()
