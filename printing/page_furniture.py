"""What stands on every page around the body: title line and flags (Z3, Z4), codes, signature, foot (Z8 to Z10)."""

from prescription.people import IdentityAttribute, Patient
from prescription.prescription import Prescription, UseCase
from printing import wording
from printing.elements import MM_PER_POINT, Box, Element, Role, Row, Rule, Symbol, Text, height_of, placed
from printing.epu_qr import MODULE_MM, QUIET_MODULES, SIDE_MM, alt_of, epu_qr, spelled
from printing.faces import Face, width_mm
from printing.french import long_date, short_date, short_instant, typeset
from printing.options import PrintOptions
from printing.paragraph import FOOT, SMALL, Span, baseline, paragraph
from printing.patient_zone import short_name
from printing.sealing import Sealing
from printing.signature_pictures import signature_pictures

_TITLE = 15.0
_TITLE_AGAIN = 11.0
_DATE = 10.5
_FLAG = 10.0
_FLAG_URGENT = 14.0
_CODE = 12.0
CODES_WIDTH = 62.0
CODES_HEIGHT = 43.0
SIGNATURE_WIDTH = 78.0
_SIGNATURE_HEIGHT = 34.0


def title_rows(prescription: Prescription, width: float) -> tuple[Row, ...]:
    """Title, place and date, indicative validity, at the head of the first page."""
    rows = paragraph([Span(wording.TITLE, Face.BOLD, _TITLE)], width, role=Role.TITLE)
    return (*rows, Row(0.8), *paragraph([Span(_dated(prescription), size=_DATE)], width))


def title_again_rows(prescription: Prescription, width: float) -> tuple[Row, ...]:
    """The same in short, for further pages."""
    spans = [Span(f"{wording.TITLE} {wording.CONTINUED}", Face.BOLD, _TITLE_AGAIN)]
    if prescription.authored_on:
        spans.append(Span(f" – le {long_date(prescription.authored_on)}", size=_DATE))
    return (*paragraph(spans, width, role=Role.ARTIFACT), Row(2.0))


def _dated(prescription: Prescription) -> str:
    place = prescription.author.organization
    town = place.address.city if place and place.address else None
    signed = prescription.authored_on
    text = f"Le {long_date(signed)}" if signed else typeset("Date : à la signature")
    text += f", à {town}" if town else ""
    validity = prescription.validity
    if validity and validity.end:
        text += typeset(f"   –   Date de validité indicative : {short_date(validity.end)}")
    return text


def flag_rows(prescription: Prescription, options: PrintOptions, width: float) -> tuple[Row, ...]:
    """Z4: framed flags side by side, on as many rows as they need."""
    rows: list[Row] = []
    elements: list[Element] = []
    x = 0.0
    for flag in _flags(prescription, options):
        urgent = flag == wording.URGENT
        size = _FLAG_URGENT if urgent else _FLAG
        wide = width_mm(flag, Face.BOLD, size) + 5
        if elements and x + wide > width:
            rows.append(Row(8.5, tuple(elements)))
            elements, x = [], 0.0
        elements.append(Box(x, 0, wide, 7, 1.5 if urgent else 0.8))
        elements.append(Text(x + 2.5, 3.5 + size * MM_PER_POINT * 0.36, flag, Face.BOLD, size))
        x += wide + 3
    return (Row(2.5), *rows, Row(8.0, tuple(elements))) if elements else ()


def _flags(prescription: Prescription, options: PrintOptions) -> list[str]:
    renewable = any(line.recurrence and line.recurrence.kind == "renewable" for line in prescription.lines)
    flags = [
        (any(line.urgent for line in prescription.lines), wording.URGENT),
        (prescription.home_sampling, wording.HOME_SAMPLING),
        (renewable, wording.RENEWABLE),
        (bool(prescription.replaces), wording.REPLACES),
    ]
    return [text for holds, text in flags if holds] + reprint_mention(options)


def reprint_mention(options: PrintOptions) -> list[str]:
    """« RÉIMPRESSION le … – n° 2 », or nothing."""
    if options.reprint is None or options.reprinted_at is None:
        return []
    return [f"RÉIMPRESSION le {short_instant(options.reprinted_at)} – n°\u00a0{options.reprint}"]


def codes_zone(prescription: Prescription, options: PrintOptions, x: float, y: float) -> list[Element]:
    """Z8: the frame with the EPU QR code, its label and the code for degraded mode; or why there is none."""
    frame = Box(x, y, CODES_WIDTH, CODES_HEIGHT)
    code = prescription.epu_code
    if prescription.use_case is not UseCase.B1 and not options.draft:
        return []  # it goes from point to point: there is no code, and nothing to explain
    if code is None or options.draft:
        said = wording.DRAFT_NO_CODE if options.draft else wording.NOT_SENT
        rows = paragraph([Span(said, Face.BOLD, SMALL)], CODES_WIDTH - 6)
        top = y + (CODES_HEIGHT - height_of(rows)) / 2
        return [frame, *placed(rows, x + 3, top)]
    quiet = QUIET_MODULES * MODULE_MM
    qr_x, qr_y = x + (CODES_WIDTH - SIDE_MM) / 2, y + 5.0
    below = qr_y + SIDE_MM
    return [
        frame,
        _centred(wording.EPU_LABEL, Face.BOLD, SMALL, x, y + 4.4),
        Symbol(qr_x + quiet, qr_y + quiet, epu_qr(code), MODULE_MM, alt_of(code)),
        _centred(code.grouped, Face.MONO, _CODE, x, below + 4.2, spelled(code)),
        _centred(wording.EPU_UNREADABLE, Face.REGULAR, SMALL, x, below + 9.2),
    ]


def _centred(text: str, face: Face, size: float, x: float, y: float, actual: str = "") -> Text:
    return Text(x + (CODES_WIDTH - width_mm(text, face, size)) / 2, y, text, face, size, actual=actual)


def signature_zone(prescription: Prescription, options: PrintOptions, last: bool, x: float, y: float) -> list[Element]:
    """Z9: on the last page a frame with the pictures that were given, or room for the pen; on the others the word that
    more follows."""
    if not last:
        return placed(paragraph([Span(wording.SIGN_ON_LAST, size=SMALL)], SIGNATURE_WIDTH), x, y)
    name = prescription.author.practitioner.full_name
    rows = paragraph([Span(wording.SIGNATURE, Face.BOLD, SMALL)], SIGNATURE_WIDTH - 4, role=Role.HEADING)
    rows += paragraph([Span(name, size=SMALL)], SIGNATURE_WIDTH - 4)
    if options.sealing is not None and not options.draft:
        rows += _seal_rows(options.sealing)
    elements: list[Element] = [Box(x, y, SIGNATURE_WIDTH, _SIGNATURE_HEIGHT), *placed(rows, x + 2, y + 1.5)]
    if not options.draft:
        top = y + 1.5 + height_of(rows)
        elements += signature_pictures(options, name, x + 2, top, SIGNATURE_WIDTH - 4, y + _SIGNATURE_HEIGHT - 1 - top)
    if prescription.epu_code is not None and not options.draft:
        elements.append(Text(x, y + _SIGNATURE_HEIGHT + 4.4, wording.VERIFY, Face.REGULAR, SMALL))
    return elements


def _seal_rows(sealing: Sealing) -> tuple[Row, ...]:
    """The certificate and the instant: facts, and nothing about whether the signature holds."""
    signer, day, time = sealing.seal.signer, short_date(sealing.at), f"{sealing.at:%H:%M}"
    said = (
        wording.SEALED.format(signer=signer, day=day, time=time),
        wording.CERTIFICATE.format(serial=sealing.seal.serial),
    )
    return tuple(row for text in said for row in paragraph([Span(text, size=FOOT)], SIGNATURE_WIDTH - 4))


def foot_rows(prescription: Prescription, patient: Patient, options: PrintOptions, width: float) -> tuple[Row, ...]:
    """Z10 but for the page number: mentions, then date, patient and reprint on the last row."""
    place = prescription.author.organization
    controller = (place.name if place else None) or prescription.author.practitioner.full_name
    notice = options.privacy_notice
    privacy = wording.PRIVACY.format(controller=controller) if notice is None else notice.partition("\n")[0]
    rows: tuple[Row, ...] = (Row(1.0, (Rule(0, 0, width, 0),)),)
    for mention in filter(None, (wording.INSTRUCTIONS, privacy)):
        rows += paragraph([Span(mention, size=FOOT)], width, role=Role.ARTIFACT)
    signed = prescription.authored_on
    parts = [f"Ordonnance du {short_date(signed)}" if signed else "Ordonnance non signée", short_name(patient)]
    return rows + paragraph(
        [Span(" – ".join([*filter(None, parts), *reprint_mention(options)]), Face.BOLD, FOOT)],
        width - 25,
        role=Role.ARTIFACT,
    )


def page_number(number: int, total: int, right: float, bottom: float) -> Text:
    """« Page 1/2 », ending at `right` on the last row of a foot that ends at `bottom`."""
    text = f"Page {number}/{total}"
    last_row = FOOT * 1.25 * MM_PER_POINT
    y = bottom - last_row + baseline(FOOT)
    return Text(right - width_mm(text, Face.BOLD, FOOT), y, text, Face.BOLD, FOOT, Role.ARTIFACT)


def watermark(prescription: Prescription, patient: Patient, options: PrintOptions) -> str:
    """What runs across every page of a paper that is not to be used: cancelled, of a fictive person, not signed."""
    fictive = IdentityAttribute.FICTIVE in patient.attributes
    words = [wording.WATERMARK_CANCELLED] if prescription.cancelled else []
    words += [wording.WATERMARK_SPECIMEN] if fictive else [wording.WATERMARK_DRAFT] if options.draft else []
    return " – ".join(words)
