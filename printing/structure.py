"""The structure tree of a tagged PDF (ISO 32000-1 §14.7, §14.8): what each drawn element is, in reading order.

While the pages are drawn, `Tagger` says to which node of the tree an element belongs, and numbers its marked content.
Texts of one paragraph share a node; what is decoration belongs to none. Nothing here knows how a PDF is written.
"""

from dataclasses import dataclass, field

from printing.elements import Element, Role, Symbol, Text

_BLOCKS = (Role.TITLE, Role.HEADING, Role.PARAGRAPH)


@dataclass(slots=True, eq=False)
class Node:
    """A structure element: type, page, words that stand for it, the numbers of its marked contents, its children."""

    kind: str
    page: int = 0
    alt: str = ""
    actual: str = ""
    marks: list[int] = field(default_factory=list)
    children: "list[Node]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of marked content: the type of its node, its number on the page."""

    kind: str
    number: int


class Tagger:
    """Grows the tree of one document, page by page, element by element."""

    def __init__(self) -> None:
        self.root = Node("Document")
        self.parents: list[list[Node]] = []
        """By page, the node of each marked content, by number."""
        self._list: Node | None = None
        self._body: Node | None = None
        self._block: Node | None = None

    def begin_page(self) -> None:
        """Paragraphs and lists end with their page."""
        self.parents.append([])
        self._end_list()

    def node_of(self, element: Element) -> Node | None:
        """The node the element belongs to; None for decoration, and for what repeats on each page."""
        match element:
            case Symbol():
                self._end_list()
                return self._add(self.root, "Figure", alt=element.alt)
            case Text(role=Role.LABEL):
                return self._label()
            case Text(role=Role.ITEM):
                self._block = self._in_item(element)
                return self._block
            case Text() if element.role in _BLOCKS:
                self._block = self._in_text(element)
                return self._block
        return None

    def mark(self, node: Node) -> Mark:
        """Numbers a new run of content of this node, on the present page."""
        number = len(self.parents[-1])
        node.marks.append(number)
        self.parents[-1].append(node)
        return Mark(node.kind, number)

    def _end_list(self) -> None:
        self._list = self._body = self._block = None

    def _add(self, parent: Node, kind: str, alt: str = "", actual: str = "") -> Node:
        node = Node(kind, len(self.parents) - 1, alt, actual)
        parent.children.append(node)
        return node

    def _item(self) -> Node:
        self._list = self._list or self._add(self.root, "L")
        self._block = None
        return self._add(self._list, "LI")

    def _label(self) -> Node:
        item = self._item()
        label = self._add(item, "Lbl")
        self._body = self._add(item, "LBody")
        return label

    def _in_item(self, text: Text) -> Node:
        if self._body is None:
            self._body = self._add(self._item(), "LBody")
        if text.opens or self._block is None:
            return self._add(self._body, "P", actual=text.actual)
        return self._block

    def _in_text(self, text: Text) -> Node:
        if self._list is not None:
            self._end_list()
        if text.opens or self._block is None or self._block.kind != text.role.value:
            return self._add(self.root, text.role.value, actual=text.actual)
        return self._block
