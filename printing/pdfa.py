"""From a plain PDF to PDF/A-1b: XMP equal to Info, sRGB output intent, language, a deterministic /ID (printing.md §11).

The tests have what is written validated, whatever the order; to do it at each print would take as long as printing.
"""

import re
from datetime import datetime, timedelta
from io import BytesIO

import pikepdf

from printing.painter import Painted
from printing.tagging import write_structure

_FLAVOUR = "1b"
_MODIFIED = re.compile(rb"<xmp:ModifyDate>([^<]+)<")
_METADATA = re.compile(rb"(<xmp:MetadataDate>)[^<]+(<)")
_UNDATED = "D:20000101000000+00'00"


def as_pdfa(painted: Painted) -> bytes:
    """The bytes of the PDF/A-1b file; the same input gives the same bytes."""
    from pikepdf import pdfa  # brings libraries of fonts and schemas: the first print waits for them, not each start

    saved = {
        **pdfa.resolve_save_kwargs(_FLAVOUR, deterministic_id=True),
        # reportlab has compressed the streams: they are copied as they are.
        "compress_streams": False,
        "stream_decode_level": pikepdf.StreamDecodeLevel.none,
    }
    out = BytesIO()
    with pikepdf.open(BytesIO(painted.pdf)) as pdf:
        for page in pdf.pages:
            if "/Trans" in page.obj:
                del page.obj["/Trans"]
        write_structure(pdf, painted.structure)
        pdf.Root.Lang = pikepdf.String("fr-FR")
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.docinfo["/CreationDate"] = _pdf_date(painted.properties.created)
        pdf.docinfo["/ModDate"] = _pdf_date(painted.properties.modified)
        pdfa.prepare(pdf, _FLAVOUR)
        _forget_the_clock(pdf)
        pdf.save(out, **saved)
    return out.getvalue()


def _forget_the_clock(pdf: pikepdf.Pdf) -> None:
    """`prepare` writes the present instant in the XMP: the date of the document takes its place."""
    xmp = pdf.Root.Metadata.read_bytes()
    modified = _MODIFIED.search(xmp)
    if modified is None:
        raise ValueError("the XMP of the document holds no ModifyDate")
    pdf.Root.Metadata.write(_METADATA.sub(rb"\g<1>" + modified[1] + rb"\g<2>", xmp))


def _pdf_date(instant: datetime | None) -> str:
    if instant is None:
        return _UNDATED
    minutes = int((instant.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"D:{instant:%Y%m%d%H%M%S}{sign}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}"
