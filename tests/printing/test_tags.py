"""A printed page as a screen reader walks through it: the structure tree, read by pdfium (printing.md §11)."""

import re
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from printing.documents import Document, Form, render
from printing.options import PrintOptions
from tests.printing.orders import CATALOGUE, REPRINTED_AT, ROUTINE, TWO_ZONE, long_order
from tests.printing.reading import squeezed, texts
from tests.printing.structure_reading import Tag, page_tags

FINAL = PrintOptions()
REPRINT = PrintOptions(reprint=1, reprinted_at=REPRINTED_AT)


def tags(order=TWO_ZONE, options=FINAL, document=Document.ORDER) -> list[Tag]:
    return page_tags(render(document, Form.PDF, order, CATALOGUE, options))


def test_the_zones_of_an_order_are_heard_in_their_order() -> None:
    (page,) = tags()
    headings = [squeezed(tag.text) for tag in page.all("H1", "H2")]
    assert [heading[:12] for heading in headings] == [
        squeezed(text)[:12]
        for text in (
            "Dr Amélie Thomas",
            "Patient",
            "Ordonnance d’examens de biologie médicale",
            "Prescriptions relatives",
            "Prescriptions SANS RAPPORT",
            "Contexte clinique",
            "Retour des résultats",
            "Signature",
        )
    ]
    assert len(page.all("H1")) == 1


def test_each_line_is_an_item_with_its_number_and_all_that_is_said_of_it() -> None:
    (page,) = tags()
    items = page.all("LI")
    assert [squeezed(item.all("Lbl")[0].text) for item in items] == ["1.", "2.", "3.", "4."]
    assert squeezed("HbA1c (LOINC 4548-4)Contexte médical : diabète de type 2") in squeezed(items[0].whole_text)
    assert [len(listed.children) for listed in page.all("L")] == [2, 2]


def test_a_paragraph_of_several_set_lines_is_one_paragraph() -> None:
    words = " ".join(f"mot{number}" for number in range(60))
    order = replace(ROUTINE, lines=(replace(ROUTINE.lines[0], clinical_context=words),))
    (page,) = tags(order)
    assert [squeezed(tag.text) for tag in page.all("P") if "mot0" in tag.text] == [
        squeezed(f"Contexte médical : {words}")
    ]


@pytest.mark.parametrize("document", Document)
def test_every_code_is_told_in_words_and_the_typed_one_letter_by_letter(document: Document) -> None:
    pages = tags(ROUTINE, FINAL, document)
    spelled = " ".join("01S2TBPZ2JCNZZYGHZ")
    figures = [figure.alt for page in pages for figure in page.all("Figure")]
    assert f"QR code de la prescription, code {spelled}" in figures
    assert all(figures)
    assert ("Datamatrix INS" in figures) is (document is not Document.PATIENT_SHEET)
    assert {tag.actual for page in pages for tag in page.all("P") if tag.text.startswith("01S2")} == {spelled}


@pytest.mark.parametrize("document", Document)
def test_all_that_is_printed_is_heard_in_the_order_of_the_page_but_for_the_foot(document: Document) -> None:
    # pdfium's own text puts what stands on the same row from left to right, hence no « URGENT » at the right here.
    order = replace(long_order(40), lines=tuple(replace(line, urgent=False) for line in long_order(40).lines))
    pdf = render(document, Form.PDF, order, CATALOGUE, REPRINT)
    for page, text in zip(page_tags(pdf), texts(pdf), strict=True):
        printed, position = squeezed(text), 0
        for tag in page.all("H1", "H2", "P", "Lbl"):
            position = printed.index(squeezed(tag.text), position) + len(squeezed(tag.text))
        assert re.fullmatch(r"(Pour.+)?(Fichede|Ordonnancedu).+Page[0-9]+/[0-9]+", printed[position:])


def test_what_only_decorates_is_marked_so_and_every_page_is_in_the_tree() -> None:
    pdf = render(
        Document.BOTH, Form.PDF, replace(long_order(40), cancelled=True), CATALOGUE, PrintOptions(copy_for_record=True)
    )
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        tree = opened.Root.StructTreeRoot.ParentTree.Nums
        for number, page in enumerate(opened.pages):
            assert int(page.obj.StructParents) == int(tree[2 * number]) == number
            depth, numbers = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    depth += 1
                    numbers += [int(operands[1].MCID)] if name == "BDC" else []
                elif name == "EMC":
                    depth -= 1
                elif name in ("Tj", "TJ", "S", "f", "f*", "B"):
                    assert depth == 1, name
            assert depth == 0
            assert numbers == list(range(len(tree[2 * number + 1])))
