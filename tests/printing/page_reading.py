"""Reading a page of HTML back with a parser that did not write it: the standard library's, which forgives nothing here.

Every element must be closed in its turn, every id named once, every reference to an id met.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
import numpy.typing as npt

_VOID = {"meta", "br"}


@dataclass
class Node:
    """An element, its attributes, its children: elements and texts."""

    tag: str
    attributes: dict[str, str]
    children: "list[Node | str]" = field(default_factory=list)

    def all(self, *tags: str) -> "list[Node]":
        """The elements of those names at or below this one, in order."""
        below = [found for child in self.children if isinstance(child, Node) for found in child.all(*tags)]
        return ([self] if self.tag in tags else []) + below

    @property
    def text(self) -> str:
        """All the text of it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), tag
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(content: bytes) -> Node:
    """The document; fails on what a browser would have to guess."""
    reader = _Reader()
    text = content.decode("utf-8")
    assert text.startswith("<!DOCTYPE html>\n")
    reader.feed(text)
    reader.close()
    (document,) = reader.open
    ids = [node.attributes["id"] for node in _every(document) if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    assert {n.attributes["aria-labelledby"] for n in _every(document) if "aria-labelledby" in n.attributes} <= set(ids)
    return document


def _every(node: Node) -> list[Node]:
    return [node] + [found for child in node.children if isinstance(child, Node) for found in _every(child)]


def drawn(svg: Node, pixels: int = 8) -> npt.NDArray[np.uint8]:
    """The picture of an SVG made of one path of rectangles, `pixels` for one unit."""
    left, top, width, height = map(int, svg.attributes["viewbox"].split())
    (path,) = svg.all("path")
    page = np.full((height * pixels, width * pixels), 255, np.uint8)
    for rectangle in path.attributes["d"].removesuffix("z").split("z"):
        corner, _, size = rectangle.partition("h")
        x, y = map(int, corner.removeprefix("M").split())
        wide, _, rest = size.partition("v")
        high, _, back = rest.partition("h")
        assert back == f"-{wide}"
        x0, y0 = (x - left) * pixels, (y - top) * pixels
        page[y0 : y0 + int(high) * pixels, x0 : x0 + int(wide) * pixels] = 0
    return page
