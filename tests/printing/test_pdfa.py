"""The file: PDF/A-1b, every font embedded, no trait of the patient in its properties."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from pikepdf import pdfa

from printing.options import PrintOptions
from printing.order_sheet import render_order
from tests.printing.orders import CATALOGUE, REPRINTED_AT, ROUTINE, TWO_ZONE, long_order

SHEETS = {
    "order": (ROUTINE, PrintOptions()),
    "two-zone": (TWO_ZONE, PrintOptions()),
    "long": (long_order(30), PrintOptions(reprint=1, reprinted_at=REPRINTED_AT)),
    "draft": (replace(ROUTINE, signed=False, authored_on=None), PrintOptions(draft=True)),
}


@pytest.mark.parametrize(("order", "options"), SHEETS.values(), ids=SHEETS)
def test_the_file_conforms_and_every_font_is_an_embedded_subset(order, options) -> None:
    with pikepdf.open(BytesIO(render_order(order, CATALOGUE, options))) as pdf:
        assert pdfa.check(pdf, "1b").verdict == "pass"
        assert pdf.pdf_version == "1.4"
        fonts = [font for page in pdf.pages for font in page.obj.Resources.Font.values()]
        assert fonts
        for font in fonts:
            assert "DejaVu" in str(font.BaseFont)
            assert "/FontFile2" in font.FontDescriptor


def test_title_language_and_properties_name_no_patient() -> None:
    with pikepdf.open(BytesIO(render_order(ROUTINE, CATALOGUE, PrintOptions()))) as pdf:
        assert str(pdf.Root.Lang) == "fr-FR"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"]) == "Ordonnance de biologie – 2022-01-11"
        assert str(pdf.docinfo["/Author"]) == "Dr Amélie Thomas"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20220111101500+01'00"
        metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
        properties = metadata + "".join(map(str, pdf.docinfo.values()))
        assert "PAT-TROIS" not in properties
        assert "279035" not in properties
        assert "01S2TBPZ" not in properties
        assert "/OutputIntents" in pdf.Root
        assert "/Trans" not in pdf.pages[0].obj
