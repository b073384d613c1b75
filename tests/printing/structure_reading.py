"""The structure tree of a page as pdfium reads it, with the text of each node."""

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium


@dataclass(frozen=True)
class Tag:
    """A node: type, words that stand for it, its own text, its children."""

    kind: str
    alt: str
    actual: str
    text: str
    children: "tuple[Tag, ...]"

    def all(self, *kinds: str) -> "list[Tag]":
        """The nodes of those types at or below this one, in reading order."""
        return ([self] if self.kind in kinds else []) + [found for c in self.children for found in c.all(*kinds)]

    @property
    def whole_text(self) -> str:
        """Its text and that of the nodes below, in reading order."""
        return self.text + "".join(child.whole_text for child in self.children)


def page_tags(pdf: bytes) -> list[Tag]:
    """The tree of each page, under one node `Document`."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_page(document[number]) for number in range(len(document))]


def _page(page: pypdfium2.PdfPage) -> Tag:
    texts = _marked_texts(page)
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    try:
        count = pdfium.FPDF_StructTree_CountChildren(tree)
        children = [_tag(pdfium.FPDF_StructTree_GetChildAtIndex(tree, index), texts) for index in range(count)]
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    (document,) = children
    return document


def _marked_texts(page: pypdfium2.PdfPage) -> dict[int, str]:
    """The text of each marked content of the page; -1 = of none."""
    found: dict[int, str] = {}
    text_page = page.get_textpage()
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(drawn) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        number = pdfium.FPDFPageObj_GetMarkedContentID(drawn)
        said = _utf16(
            lambda buffer, size, drawn=drawn: pdfium.FPDFTextObj_GetText(drawn, text_page, buffer, size), True
        )
        found[number] = found.get(number, "") + said
    return found


def _tag(element: object, texts: dict[int, str]) -> Tag:
    marks = [
        pdfium.FPDF_StructElement_GetMarkedContentIdAtIndex(element, index)
        for index in range(pdfium.FPDF_StructElement_GetMarkedContentIdCount(element))
    ]
    below = [
        pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        for index in range(pdfium.FPDF_StructElement_CountChildren(element))
    ]
    return Tag(
        _utf16(lambda buffer, size: pdfium.FPDF_StructElement_GetType(element, buffer, size)),
        _utf16(lambda buffer, size: pdfium.FPDF_StructElement_GetAltText(element, buffer, size)),
        _utf16(lambda buffer, size: pdfium.FPDF_StructElement_GetActualText(element, buffer, size)),
        "".join(texts.get(mark, "") for mark in marks if mark >= 0),
        tuple(_tag(child, texts) for child in below if child),
    )


def _utf16(call, wide: bool = False) -> str:  # type: ignore[no-untyped-def]
    """What pdfium writes in a buffer whose size it tells first."""
    size = call(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)) if wide else buffer, size)
    return buffer.raw[:size].decode("utf-16-le").rstrip("\0")
