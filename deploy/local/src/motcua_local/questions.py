"""One question to a Postgres from synchronous code, whether or not an event loop runs in this thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg


def ask(url: str, question: str, *arguments: object, seconds: float = 10) -> object:
    """The first value of the answer; None when the server does not answer within ``seconds``."""

    async def run() -> object:
        connection = await asyncpg.connect(url, timeout=seconds, ssl=False)
        try:
            return await connection.fetchval(question, *arguments, timeout=seconds)
        finally:
            await connection.close(timeout=seconds)

    with ThreadPoolExecutor(1) as thread:
        try:
            return thread.submit(asyncio.run, run()).result()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None
