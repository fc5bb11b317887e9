"""Pages made of templates: everything is escaped, nothing is left undefined, no script is ever sent."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dossier_sync.console.words import Language, ago, instant, span, word

HOME = "/console"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""No script, no font, no picture from anywhere: what a portal wrote can be shown and never run."""

_HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Frame-Options": "DENY"}
_FILES = Path(__file__).with_name("templates")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FILES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def style() -> str:
    """The one style sheet: light and dark by the reader's own setting, one column on a phone."""
    return (_FILES / "style.css").read_text(encoding="utf-8")


def page(name: str, language: Language, *, status: int = 200, path: str = HOME, **held: Any) -> HTMLResponse:
    """A page in a language. ``path``: its own address, for the link to the other language."""

    def link(to: str, **filters: str | None) -> str:
        asked = {key: value for key, value in filters.items() if value}
        return f"{to}?{urlencode({**asked, 'lang': str(language)})}"

    other = Language.EN if language is Language.VI else Language.VI
    template = _templates().get_template(name)
    body = template.render(
        held,
        t=lambda key: word(key, language),
        at=lambda when: instant(when, language),
        ago=lambda when, now: ago(when, now, language),
        span=lambda length: span(length, language),
        pick=lambda pair: pair[0 if language is Language.VI else 1],
        link=link,
        lang=str(language),
        here=path,
        other=f"{path}?{urlencode({'lang': str(other)})}",
        home=HOME,
    )
    return HTMLResponse(body, status_code=status, headers=_HEADERS)
