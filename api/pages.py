"""The frame of the pages the service writes itself: French, readable without script, nothing fetched at all.

They wear what the pages of `web/` wear, written into them: one is also a file of its own (`--html`).
`Html` is text that is already markup; whatever else is put in a page is escaped by `text` and `table`.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from html import escape

from starlette.responses import Response

from api.static_files import static_files

_STYLE = static_files()["pages.css"].content.decode("utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode("utf-8")).digest()).decode("ascii")
_POLICY = (
    f"default-src 'none'; img-src data:; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_CODE = re.compile(r"[\w.+-]{1,20}")  # a code or a date is not broken at its hyphen
_LINKS = (
    ("/prescrire", "Prescrire"),
    ("/laboratoire", "Laboratoire"),
    ("/exploitation", "Exploitation"),
    ("/catalogue", "Catalogue"),
    ("/mon-ordonnance", "Mon ordonnance"),
)
"""Those of `web/frame.html`."""


class Html(str):
    """Text that is markup already, safe to put in a page."""

    __slots__ = ()


def html_page(title: str, body: Html, status: int = 200) -> Response:
    """A whole page: one `h1`, a skip link, a `main`, a strict content policy."""
    links = "".join(f'<li><a href="{href}">{text(name)}</a></li>' for href, name in _LINKS)
    page = (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{text(title)} — Circuitbio</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
        '<body><a class="skip" href="#contenu">Aller au contenu</a><header class="top">'
        '<p class="brand"><a href="/bienvenue">Circuitbio</a></p>'
        f'<nav aria-label="Principal"><ul>{links}</ul></nav></header>'
        f'<main id="contenu" tabindex="-1"><h1>{text(title)}</h1>{body}</main></body></html>'
    )
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Response(page, status, headers, "text/html; charset=utf-8")


def text(value: object) -> Html:
    """Anything as text of a page."""
    return Html(escape(str(value)))


def joined(parts: Iterable[Html]) -> Html:
    """Pieces of a page, one after the other."""
    return Html("".join(parts))


def paragraph(sentence: str, kind: str = "") -> Html:
    """One sentence; `kind` is `notice` for what must be seen."""
    mark = f' class="{escape(kind)}"' if kind else ""
    return Html(f"<p{mark}>{text(sentence)}</p>")


def bullets(sentences: Iterable[str]) -> Html:
    """A list of sentences."""
    return Html(f"<ul>{''.join(f'<li>{text(sentence)}</li>' for sentence in sentences)}</ul>")


def heading(words: str) -> Html:
    """The title of a part of the page."""
    return Html(f"<h2>{text(words)}</h2>")


def link(href: str, words: str) -> Html:
    """A link within this service."""
    return Html(f'<a href="{escape(href)}">{text(words)}</a>')


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Html:
    """A table with its caption; a cell that is `Html` stays as it is, the rest is escaped; no row is told as such."""
    head = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    body = lines or f'<tr><td colspan="{len(columns)}">Aucune ligne</td></tr>'
    return Html(
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: object) -> str:
    if isinstance(cell, Html):
        return f"<td>{cell}</td>"
    words = "" if cell is None else str(cell)
    whole = ' class="code"' if _CODE.fullmatch(words) else ""
    return f"<td{whole}>{escape(words)}</td>"
