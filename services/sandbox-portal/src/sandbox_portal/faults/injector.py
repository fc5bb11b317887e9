"""The outermost layer of the application: lets every request pass, unless a fault is switched on or asked for."""

import asyncio
from contextlib import ExitStack
from email.utils import format_datetime
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox_portal.faults import endpoints, portal_clock
from sandbox_portal.faults.board import Board, FaultRefused, FaultTooHeavy, Order
from sandbox_portal.faults.line import ServerLine, deliver
from sandbox_portal.faults.model import Answer, Asked, Fault, Strike
from sandbox_portal.faults.relisted import relisted
from sandbox_portal.faults.wanted import HEADER, orders
from shared.contracts.problem import PARAMETER_INVALID
from shared.runtime.problems import problem_response

Met = list[tuple[Fault, Strike]]


class FaultInjector:
    """Pure ASGI, outside of every other layer: what it sends badly nobody mends."""

    def __init__(self, app: ASGIApp, board: Board) -> None:
        self.app, self._board = app, board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            wanted = [value for name, value in scope["headers"] if name == HEADER]
            endpoint = endpoints.at(scope["method"], scope["path"]) if wanted or self._board.active else None
            if endpoint is not None:
                await self._meet(scope, receive, send, endpoint, wanted)
                return
        await self.app(scope, receive, send)

    async def _meet(
        self, scope: Scope, receive: Receive, send: Send, endpoint: endpoints.Endpoint, wanted: list[bytes]
    ) -> None:
        authorization = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        asked = Asked(
            endpoint, scope["query_string"].decode("latin-1"), await _body(receive), authorization.decode("latin-1")
        )
        try:
            met = self._board.met(asked, _once(wanted))
        except (FaultRefused, FaultTooHeavy) as error:
            detail = str(error) or "This scenario has too many dossiers for a fault that lists them anew."
            await problem_response(PARAMETER_INVALID, detail)(scope, receive, send)
            return
        if not met:
            await self.app(scope, _replayed(asked.body, receive), send)
            return
        answer = await self._answer(scope, receive, asked, met)
        for fault, strike in met:
            if fault.answer is not None:
                answer = await asyncio.to_thread(fault.answer, strike, answer)
        await _send(answer, met, ServerLine(send))

    async def _answer(self, scope: Scope, receive: Receive, asked: Asked, met: Met) -> Answer:
        for fault, strike in met:
            if fault.request is not None:
                asked = await asyncio.to_thread(fault.request, strike, asked)
        for fault, strike in met:
            instead = None if fault.instead is None else fault.instead(strike)
            if instead is not None:
                return instead
        seconds = sum(fault.skew(strike) for fault, strike in met if fault.skew is not None)
        changes = tuple(partial(fault.relist, strike) for fault, strike in met if fault.relist is not None)
        with ExitStack() as stack:
            stack.enter_context(relisted(changes))
            stack.enter_context(portal_clock.ahead(seconds))
            answer = await self._asked(scope, receive, asked)
            return answer.having(date=format_datetime(portal_clock.now(), usegmt=True)) if seconds else answer

    async def _asked(self, scope: Scope, receive: Receive, asked: Asked) -> Answer:
        """What the portal answers, in one piece."""
        status, headers, parts = 500, [], []

        async def keep(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            else:
                parts.append(message.get("body", b""))

        changed = {**scope, "query_string": asked.query.encode("latin-1"), "headers": _measured(scope, asked)}
        await self.app(changed, _replayed(asked.body, receive), keep)
        kept = tuple((name, value) for name, value in headers if name != b"content-length")
        return Answer(status, b"".join(parts), kept)


def _once(wanted: list[bytes]) -> tuple[Order, ...]:
    return tuple(order for value in wanted for order in orders(value.decode("latin-1")))


async def _send(answer: Answer, met: Met, line: ServerLine) -> None:
    for fault, strike in met:
        if fault.deliver is not None:
            await fault.deliver(strike, answer, line)
            return
    await deliver(line, answer)


async def _body(receive: Receive) -> bytes:
    """The whole body. The application's own limit is applied when it is replayed."""
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _measured(scope: Scope, asked: Asked) -> list[tuple[bytes, bytes]]:
    """The request's headers with the length of the body as it is now."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return [*kept, (b"content-length", str(len(asked.body)).encode())]
