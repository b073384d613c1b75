"""Writes the structure tree in a PDF whose content is already marked: StructTreeRoot, ParentTree, MarkInfo (§11)."""

from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from printing.structure import Node, Tagger


def write_structure(pdf: pikepdf.Pdf, tagger: Tagger) -> None:
    """Makes it a tagged PDF."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    pages = [page.obj for page in pdf.pages]
    written: dict[int, pikepdf.Object] = {}
    root.K = Array([_write(pdf, tagger.root, root, pages, written)])
    parents = Array()
    for number, (page, nodes) in enumerate(zip(pages, tagger.parents, strict=True)):
        page.StructParents = number
        parents.append(number)
        parents.append(pdf.make_indirect(Array([written[id(node)] for node in nodes])))
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=parents))
    root.ParentTreeNextKey = len(pages)
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _write(
    pdf: pikepdf.Pdf,
    node: Node,
    parent: pikepdf.Object,
    pages: Sequence[pikepdf.Object],
    written: dict[int, pikepdf.Object],
) -> pikepdf.Object:
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + node.kind), P=parent))
    written[id(node)] = element
    if node.alt:
        element.Alt = String(node.alt)
    if node.actual:
        element.ActualText = String(node.actual)
    if node.marks:
        element.Pg = pages[node.page]
    element.K = Array(node.marks)
    for child in node.children:
        element.K.append(_write(pdf, child, element, pages, written))
    return element
