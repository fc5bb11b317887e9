"""Papers as files: rendered in a thread, because setting pages takes longer than a loop may stand still."""

import asyncio

from fastapi import Request, Response

from metrics.reports import FORMATS, render
from metrics.reports.model import Document, Form, Language
from shared.runtime.answers import conditional

AT_ONCE = 2
"""Papers set at once: a caller who asks for a hundred must not take the processor from those who ask for figures."""


def media_types(*formats: str) -> dict[int | str, dict[str, object]]:
    """The ``responses=`` of a route that also answers with these formats."""
    content = {FORMATS[name].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for name in formats}
    return {200: {"content": content}}


async def download(request: Request, paper: Document | Form, format_: str, language: Language) -> Response:
    """The file under a name of its own; the same paper is the same bytes, hence the same ETag."""
    turn: asyncio.Semaphore = request.app.state.rendering
    async with turn:
        body, media_type, name = await asyncio.to_thread(render, paper, format_, language)
    # RFC 6266: render allows itself plain ASCII only, so both spellings are the same.
    headers = {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"}
    return conditional(request, body, media_type=media_type, headers=headers)
