"""The patient sheet as a page of HTML, the reference for blind users: WCAG 2.1 AA, no script, nothing fetched (§10).

It holds the same content as the PDF. The page carries its own content policy, so that it stays safe as a saved file.
"""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from prescription.epu_code import EpuCode
from prescription.prescription import Prescription
from printing import patient_wording as words
from printing.admission import admitted_patient
from printing.epu_qr import QUIET_MODULES, SIDE_MM, alt_of, epu_qr
from printing.french import typeset
from printing.options import PrintOptions
from printing.patient_sheet_content import PatientSheet, SheetExam, patient_sheet
from terminology.catalogue import Catalogue

_STYLE = f"""
:root{{color-scheme:light;font:1.125rem/1.6 system-ui,sans-serif;color:#161616;background:#fff}}
body{{margin:0 auto;max-width:44rem;padding:1rem;overflow-wrap:break-word}}
h1{{font-size:1.75rem;line-height:1.25}}h2{{font-size:1.375rem;line-height:1.3;margin-top:2rem}}
h3{{font-size:1.125rem;margin:1rem 0 .25rem}}
.notice{{border:.2rem solid #161616;padding:.5rem 1rem;font-weight:bold}}
.code{{border:.1rem solid #161616;padding:1rem;display:flex;flex-wrap:wrap;gap:1rem;align-items:center}}
.code svg{{width:45mm;height:45mm;flex:none;background:#fff}}
.code div{{flex:1 1 15rem}}.code h2{{margin-top:0}}
.letters{{font:bold 1.25rem/1.5 ui-monospace,monospace}}
.ticks{{list-style:none;padding-left:0}}.ticks li{{margin:.5rem 0}}
.box{{display:inline-block;width:1em;height:1em;border:.1rem solid #161616;vertical-align:-.1em;margin-right:.5em}}
.blank{{display:inline-block;width:9em;border-bottom:.1rem solid #161616}}
@page{{size:A4;margin:15mm}}
@media print{{:root{{font-size:12pt}}body{{max-width:none;padding:0}}
.code svg{{width:{SIDE_MM}mm;height:{SIDE_MM}mm}}.code,.notice,li{{break-inside:avoid}}
h2,h3{{break-after:avoid}}}}
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"


def render_patient_sheet_html(prescription: Prescription, catalogue: Catalogue, options: PrintOptions) -> bytes:
    """The page in UTF-8; the refusals are those of `admitted_patient`."""
    patient = admitted_patient(prescription, catalogue, options)
    return _page(patient_sheet(prescription, patient, catalogue, options)).encode("utf-8")


def _page(sheet: PatientSheet) -> str:
    before = sheet.advice or (words.NO_INSTRUCTION,)
    exams = "".join(_exam(exam) for exam in sheet.exams)
    parts = [
        "".join(f'<p class="notice">{escape(text)}</p>' for text in sheet.notices),
        _code(sheet.code) if sheet.code else _paragraphs(filter(None, [sheet.without_code])),
        _section("examens", words.EXAMS, f"{_paragraph(words.TICK)}<ol>{exams}</ol>"),
        _section("avant", words.BEFORE, _list((*before, words.MEDICINES, words.ASK_LABORATORY))),
        _section("apporter", sheet.bring_title, _list(sheet.bring)),
        _section("laboratoire", words.WAYS, _list(sheet.ways)) if sheet.ways else "",
        _section("question", words.QUESTION, _paragraphs(words.ASK_PRESCRIBER + text for text in sheet.prescriber)),
        _section("donnees", words.PRIVACY, _paragraphs(sheet.privacy)),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(words.NAME)}</title>'
        f"<style>{_STYLE}</style></head>\n"
        f"<body><header><h1>{escape(words.TITLE)}</h1>{_paragraphs(sheet.head)}</header>\n"
        f"<main>{chr(10).join(parts)}</main>\n"
        f"<footer>{_paragraph(sheet.foot)}</footer></body></html>\n"
    )


def _section(name: str, title: str, body: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{escape(title)}</h2>{body}</section>'


def _paragraph(text: str) -> str:
    return f"<p>{_lines(text)}</p>"


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(map(_paragraph, texts))


def _list(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{_lines(text)}</li>' for text in texts)}</ul>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _exam(exam: SheetExam) -> str:
    warning = f"<p><strong>{escape(exam.warning)}</strong></p>" if exam.warning else ""
    return f"<li><h3>{_lines(exam.name)}</h3>{warning}{_paragraphs(exam.remarks)}{_ticks(exam.ticks)}</li>"


def _ticks(texts: Iterable[str]) -> str:
    """Boxes for a pen: who hears the page is told the text and that a date belongs there."""
    items = "".join(
        f'<li><span class="box" aria-hidden="true"></span>{escape(text)} – {escape(typeset(words.DONE_ON + " :"))} '
        f'<span class="blank" aria-hidden="true"></span></li>'
        for text in texts
    )
    return f'<ul class="ticks" role="list">{items}</ul>'


def _code(code: EpuCode) -> str:
    return (
        f'<section class="code" aria-labelledby="code">{_symbol(code)}<div><h2 id="code">{escape(words.SHOW_CODE)}</h2>'
        f'{_paragraph(words.CODE_BY_HAND)}<p class="letters">{escape(code.grouped)}</p></div></section>'
    )


def _symbol(code: EpuCode) -> str:
    """The QR code as one path of whole modules on white, with its quiet zone."""
    matrix = epu_qr(code)
    side = matrix.size + 2 * QUIET_MODULES
    path = "".join(f"M{run.x} {run.y}h{run.width}v{run.height}h-{run.width}z" for run in matrix.runs())
    return (
        f'<svg role="img" aria-labelledby="qr" viewBox="-{QUIET_MODULES} -{QUIET_MODULES} {side} {side}" '
        f'shape-rendering="crispEdges"><title id="qr">{escape(alt_of(code))}</title>'
        f'<path d="{path}" fill="#000"/></svg>'
    )
