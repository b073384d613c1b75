"""The narrative of a section (CDA R2 StrucDoc): what a person reads, each value under an ID the entries point at."""

import re

from document.xml import Element, below, local, make

_PRETTY = re.compile(r"[ \t]*[\r\n]\s*")


def content(words: str, identifier: str | None = None, style: str | None = None) -> Element:
    """Words, a line break of theirs written `br`: blanks around a line end belong to who indented the file."""
    first, *others = words.split("\n")
    element = make("content", text=first, ID=identifier, styleCode=style)
    for line in others:
        element.append(make("br"))
        element[-1].tail = line
    return element


class Rows:
    """What is said of one thing, item after item; each answer is the anchor (`#id`) of what was said."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._count = 0
        self._items: list[Element] = []
        self._group: Element | None = None

    def say(self, label: str, words: str) -> str:
        """One item, « label : words »."""
        self._count += 1
        identifier = f"{self.name}-{self._count}"
        item = make("item", content(f"{label} : "), content(words, identifier))
        if self._group is None:
            self._items.append(item)
        else:
            self._group.append(item)
        return f"#{identifier}"

    def open_group(self, label: str, name: str) -> str:
        """What is said next stands together under `label`, until `close_group`."""
        self._group = make("list")
        identifier = f"{self.name}-{name}"
        self._items.append(make("item", content(f"{label} : "), self._group, ID=identifier))
        return f"#{identifier}"

    def close_group(self) -> None:
        """What is said next stands by itself again."""
        self._group = None

    def as_list(self) -> Element | None:
        """The items, in the order they were said; None when nothing was."""
        return make("list", self._items) if self._items else None


def table(heads: tuple[str, ...], rows: list[Element]) -> Element:
    """A table with its heads."""
    return make(
        "table",
        make("thead", make("tr", (make("th", text=head) for head in heads))),
        make("tbody", rows),
    )


class Anchors:
    """The words of a document by the ID they stand under."""

    def __init__(self, body: Element | None) -> None:
        self._found: dict[str, Element] = {}
        self._read: dict[str, str | None] = {}
        if body is not None:
            for narrative in below(body, "text"):
                for element in narrative.iter():
                    if identifier := element.get("ID"):
                        self._found.setdefault(identifier, element)

    def words(self, anchor: str | None) -> str | None:
        """The words at `#id`; None when the document has no such place, or nothing there."""
        name = (anchor or "").removeprefix("#")
        if name not in self._read:
            element = self._found.get(name)
            self._read[name] = None if element is None else read_words(element) or None
        return self._read[name]


def read_words(element: Element) -> str:
    """The words in an element of narrative: `br` is a line end, indentation is one blank."""
    parts: list[str] = []
    _collect(element, parts)
    return "".join(parts).strip()


def _collect(element: Element, parts: list[str]) -> None:
    if local(element) == "br":
        parts.append("\n")
    parts.append(_PRETTY.sub(" ", element.text or "") if local(element) else "")
    for inner in element:
        _collect(inner, parts)
        parts.append(_PRETTY.sub(" ", inner.tail or ""))
