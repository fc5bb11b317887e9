"""A loopback line to Postgres that breaks around one COMMIT: before the server hears it, or after, unanswered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from sqlalchemy import make_url

_COMMIT = b"COMMIT;\x00"

Moment = Literal["before", "after"]


class LossyLine:
    """Counts the commits that pass; the one numbered ``breaks_at`` (from 1) meets the break."""

    def __init__(self, url: str, moment: Moment, breaks_at: int) -> None:
        self._url, self._moment = make_url(url), moment
        self.breaks_at, self.commits = breaks_at, 0
        self._port = 0

    @property
    def url(self) -> str:
        """The address of the database through this line."""
        return self._url.set(host="127.0.0.1", port=self._port).render_as_string(hide_password=False)

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        return server

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(self._url.host, self._url.port)
        back = asyncio.create_task(_copy(there_reader, writer))
        try:
            while data := await reader.read(65_536):
                if not self._is_struck(data):
                    there_writer.write(data)
                    continue
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
                if self._moment == "after":
                    there_writer.write(data)
                    await there_reader.read(65_536)  # the server has answered: it is committed
                return
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            for one in (writer, there_writer):
                one.close()

    def _is_struck(self, data: bytes) -> bool:
        self.commits += data.endswith(_COMMIT)
        return data.endswith(_COMMIT) and self.commits == self.breaks_at


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def a_lossy_line(url: str, moment: Moment, breaks_at: int) -> AsyncIterator[LossyLine]:
    """The line, until the block ends."""
    line = LossyLine(url, moment, breaks_at)
    server = await line.serve()
    try:
        yield line
    finally:
        server.close()
