"""Elements of CDA, made and looked up in the namespace of HL7 v3 (CDA R2, POCD_HD000040)."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from lxml import etree

from document.systems import HL7, XSI

Element: TypeAlias = etree._Element
Child: TypeAlias = Element | Iterable[Element] | None

_NS = f"{{{HL7}}}"
_TYPE = f"{{{XSI}}}type"
_MAP = {None: HL7, "xsi": XSI}


def make(tag: str, *children: Child, text: str | None = None, **attributes: str | None) -> Element:
    """An element with its attributes in the order given, those that are None left out, then its children.

    `type_` writes `xsi:type`. A string that XML cannot carry is a ValueError of lxml.
    """
    element = etree.Element(_NS + tag, nsmap=_MAP)
    for name, value in attributes.items():
        if value is not None:
            element.set(_TYPE if name == "type_" else name, value)
    if text is not None:
        element.text = text
    for child in children:
        if isinstance(child, etree._Element):
            element.append(child)
        elif child is not None:
            element.extend(child)
    return element


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element | None, path: str) -> list[Element]:
    """The elements at a path of local names, `a/b/c`."""
    return [] if element is None else element.findall("/".join(_NS + step for step in path.split("/")))


def child(element: Element | None, path: str) -> Element | None:
    """The first element at a path of local names."""
    found = children(element, path)
    return found[0] if found else None


def value(element: Element | None, path: str = "", attribute: str = "value") -> str | None:
    """An attribute of an element, or of the first one at a path below it."""
    found = child(element, path) if path else element
    return None if found is None else found.get(attribute)


def text(element: Element | None, path: str = "") -> str | None:
    """The words in an element, or in the first one at a path below it, without blanks around; None for none."""
    found = child(element, path) if path else element
    return ("".join(found.itertext()).strip() or None) if found is not None else None


def kind(element: Element | None) -> str:
    """The data type that `xsi:type` gives, without its prefix."""
    return "" if element is None else element.get(_TYPE, "").rpartition(":")[2]


def below(element: Element, tag: str) -> Iterator[Element]:
    """Every element of this name, at any depth."""
    yield from element.iter(_NS + tag)


def has_template(element: Element, root: str) -> bool:
    """Whether the element says it follows this template."""
    return any(template.get("root") == root for template in children(element, "templateId"))


def templates(roots: Iterable[str]) -> Iterator[Element]:
    """The `templateId` of each root."""
    return (make("templateId", root=root) for root in roots)


def place(element: Element) -> str:
    """Where an element stands, as an XPath of local names: `ClinicalDocument/component[1]/…`."""
    steps: list[str] = []
    while (parent := element.getparent()) is not None:
        same = [each for each in parent if each.tag == element.tag]
        steps.append(local(element) + (f"[{same.index(element) + 1}]" if len(same) > 1 else ""))
        element = parent
    return "/".join([local(element), *reversed(steps)])
