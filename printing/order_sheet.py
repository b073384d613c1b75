"""The order as an A4 sheet (*ordonnance*, *ordonnance bizone*): from a prescription to the bytes of a PDF/A-1b.

The bytes depend only on the prescription, the labels of the catalogue, the options and the fonts. No clock is read.
"""

from dataclasses import dataclass

from kernel.errors import Invalid
from prescription.people import Patient
from prescription.prescription import Prescription
from printing.admission import admitted_patient
from printing.elements import Element, Page, height_of, moved, placed
from printing.ins_datamatrix import build, carries_ins
from printing.ins_symbol import ins_symbol
from printing.options import PrintOptions
from printing.order_body import sections_of
from printing.page_furniture import (
    CODES_HEIGHT,
    SIGNATURE_WIDTH,
    codes_zone,
    flag_rows,
    foot_rows,
    page_number,
    signature_zone,
    title_again_rows,
    title_rows,
    watermark,
)
from printing.pagination import BodyPage, paginate
from printing.painter import Properties, paint
from printing.patient_zone import PatientZone, patient_zone
from printing.pdfa import as_pdfa
from printing.prescriber_zone import prescriber_rows
from terminology.catalogue import Catalogue

_LEFT, _TOP, _WIDTH = 12.0, 12.0, 186.0
_HALF = 92.0
_PATIENT_X, _PATIENT_LEAST = 106.0, 46.0
_FOOT_BOTTOM = 290.0
_LEAST_BODY = 40.0


def render_order(prescription: Prescription, catalogue: Catalogue, options: PrintOptions) -> bytes:
    """The sheet of a full order. Refusals are those of `admitted_patient`, and `Invalid`: `ins-…` for an identity
    called qualified that lacks a strict trait, `header-too-tall`.
    """
    patient = admitted_patient(prescription, catalogue, options)
    return as_pdfa(paint(order_pages(prescription, patient, catalogue, options), properties(prescription, options)))


def order_pages(
    prescription: Prescription, patient: Patient, catalogue: Catalogue, options: PrintOptions
) -> list[Page]:
    """The pages, laid out and not yet drawn."""
    frame = _frame(prescription, patient, options)
    title = title_rows(prescription, _WIDTH) + flag_rows(prescription, options, _WIDTH)
    again = title_again_rows(prescription, _WIDTH)
    room = frame.body_bottom - frame.head_bottom
    heights = [room - height_of(rows) - 3 for rows in (title, again)]
    if min(heights) < _LEAST_BODY:
        raise Invalid.because(
            "header-too-tall",
            "Les coordonnées et mentions ne laissent pas la place d'imprimer les examens.",
            "Raccourcir les coordonnées du prescripteur ou du patient, ou la mention RGPD.",
        )
    bodies = _bodies(prescription, patient, catalogue, heights[0], heights[1])
    pages = []
    for number, body in enumerate(bodies, start=1):
        rows = title if number == 1 else again
        elements = [*frame.head, *placed(rows, _LEFT, frame.head_bottom)]
        elements += _moved_all(body.elements, _LEFT, frame.head_bottom + height_of(rows) + 3)
        elements += codes_zone(prescription, options, _LEFT, frame.codes_top)
        last = number == len(bodies)
        elements += signature_zone(prescription, options, last, _LEFT + _WIDTH - SIGNATURE_WIDTH, frame.codes_top)
        elements += [*frame.foot, page_number(number, len(bodies), _LEFT + _WIDTH, _FOOT_BOTTOM)]
        pages.append(Page(tuple(elements), watermark(prescription, patient, options)))
    return pages


def _bodies(
    prescription: Prescription, patient: Patient, catalogue: Catalogue, first: float, other: float
) -> list[BodyPage]:
    bodies = paginate(sections_of(prescription, catalogue, patient.sex, _WIDTH), _WIDTH, first, other)
    if bodies[-1].lines or not prescription.lines:
        return bodies
    recalled = sections_of(prescription, catalogue, patient.sex, _WIDTH, recall=True)
    return paginate(recalled, _WIDTH, first, other)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every page repeats, and where the room between lies."""

    head: list[Element]
    head_bottom: float
    body_bottom: float
    codes_top: float
    foot: list[Element]


def _frame(prescription: Prescription, patient: Patient, options: PrintOptions) -> _Frame:
    prescriber = prescriber_rows(prescription.author, _HALF, prescription.replaced_practitioner)
    zone = _patient_zone(prescription, patient, options)
    head = placed(prescriber, _LEFT, _TOP) + _moved_all(list(zone.elements), _PATIENT_X, _TOP)
    foot = foot_rows(prescription, patient, options, _WIDTH)
    foot_top = _FOOT_BOTTOM - height_of(foot)
    codes_top = foot_top - CODES_HEIGHT - 1.5
    return _Frame(
        head=head,
        head_bottom=_TOP + max(height_of(prescriber), zone.height) + 3,
        body_bottom=codes_top - 3,
        codes_top=codes_top,
        foot=placed(foot, _LEFT, foot_top),
    )


def _patient_zone(prescription: Prescription, patient: Patient, options: PrintOptions) -> PatientZone:
    with_symbol = carries_ins(patient) and not options.draft
    symbol = ins_symbol(build(patient)) if with_symbol else None
    at = prescription.authored_on or prescription.created_at
    return patient_zone(patient, prescription.helpers, at.date() if at else None, symbol, _HALF, _PATIENT_LEAST)


def _moved_all(elements: list[Element], dx: float, dy: float) -> list[Element]:
    return [moved(element, dx, dy) for element in elements]


def properties(prescription: Prescription, options: PrintOptions, name: str = "Ordonnance de biologie") -> Properties:
    """What a document of this order says of itself; `name` opens its title, which holds the date and no trait."""
    signed = prescription.authored_on or prescription.created_at
    day = f" – {signed:%Y-%m-%d}" if signed else ""
    return Properties(
        title=name + day,
        author=prescription.author.practitioner.full_name,
        created=signed,
        modified=options.reprinted_at or signed,
    )
