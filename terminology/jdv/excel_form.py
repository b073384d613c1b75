"""A generated workbook as Excel itself stores it: texts in one shared table, the dimension of each sheet told.

openpyxl writes texts inside the cells and no dimension, which is slower to read: what is measured, and what is tested,
must be the form in which the official file comes.
"""

import io
import re
import zipfile

_SHARED = "xl/sharedStrings.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_INLINE = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?) t="inlineStr"><is>(<t[^>]*>[^<]*</t>|<t ?/>)</is></c>')
_LAST_CELL = re.compile(r'<c r="([A-Z]+)[0-9]+"')
_ROWS = re.compile(r'<row r="([0-9]+)"')
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def as_excel_stores(workbook: bytes) -> bytes:
    """The same cells; `workbook` is one that `write_workbook` made."""
    texts: dict[str, int] = {}
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(result, "w") as target:
        parts = {name: source.read(name).decode("utf-8") for name in source.namelist()}
        for name in parts:
            if name.startswith("xl/worksheets/"):
                parts[name] = _with_dimension(_with_shared_texts(parts[name], texts))
        parts[_SHARED] = f'<sst xmlns="{_MAIN}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>'
        override = f'<Override PartName="/{_SHARED}" ContentType="{_TYPE}"/></Types>'
        relation = f'<Relationship Id="rIdTexts" Type="{_RELATION}" Target="sharedStrings.xml"/></Relationships>'
        types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
        parts[types] = parts[types].replace("</Types>", override)
        parts[relations] = parts[relations].replace("</Relationships>", relation)
        for name, text in parts.items():
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), text, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _with_shared_texts(sheet: str, texts: dict[str, int]) -> str:
    def shared(cell: re.Match[str]) -> str:
        number = texts.setdefault(cell[3], len(texts))
        return f'<c r="{cell[1]}"{cell[2]} t="s"><v>{number}</v></c>'

    return _INLINE.sub(shared, sheet)


def _with_dimension(sheet: str) -> str:
    columns = max(set(_LAST_CELL.findall(sheet)), key=lambda letters: (len(letters), letters), default="A")
    rows = _ROWS.findall(sheet)
    reference = f"A1:{columns}{rows[-1] if rows else 1}"
    return sheet.replace("<sheetViews>", f'<dimension ref="{reference}"/><sheetViews>', 1)
