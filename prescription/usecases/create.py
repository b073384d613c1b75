"""$epu-create: a signed order enters the base, anonymous and sealed (prescription.md §4, §5; analogue of EP4)."""

import uuid
from dataclasses import dataclass

from kernel.errors import Conflict, Forbidden, Invalid
from kernel.findings import Finding, errors, most_severe_first
from kernel.ins import Ins
from prescription.anonymise import anonymise
from prescription.caller import Caller
from prescription.documents.submit import SendingSettings, submit_signed, valid_until
from prescription.epu_code import OWN_PREFIX, EpuCode
from prescription.identity.status import permissions
from prescription.labels import with_release_labels
from prescription.people import Patient
from prescription.prescription import Prescription, UseCase
from prescription.record import EpuRecord, LineOrigin, LineRecord, LineState
from prescription.rules import check
from prescription.rules.rule import RuleContext, error, line_path
from prescription.usecases.access import Access

DEFAULT_VALIDITY_MONTHS = 12


@dataclass(frozen=True, slots=True)
class CreateSettings:
    """`accept_full`: this base takes full orders and makes them anonymous itself (a single-site base).

    `sending` says what leaves with a full order; None where documents leave by other means.
    """

    accept_full: bool = True
    validity_months: int = DEFAULT_VALIDITY_MONTHS
    sending: SendingSettings | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """The code to print, the record as kept, and what the prescriber may want to know."""

    code: EpuCode
    record: EpuRecord
    findings: tuple[Finding, ...]


def create(access: Access, prescription: Prescription, rules: RuleContext, settings: CreateSettings) -> Created:
    """Checks, makes anonymous, names and seals an order.

    Every error is told at once (`Invalid`). A code drawn by the client is taken; with the same author and content
    as before it gets the first answer, otherwise `Conflict` (`code-used`), counted as a miss.
    """
    access.check_role()
    findings = check(prescription, rules)
    findings = most_severe_first((*findings, *readiness(prescription, settings)))
    if errors(findings):
        raise Invalid(findings)
    _check_who_asks(prescription, access.caller)
    labelled = with_release_labels(prescription, rules.catalogue)
    anonymous, struck = anonymise(labelled, access.now.date())
    findings = (*findings, *struck)
    if prescription.epu_code is not None and (known := access.find(prescription.epu_code)):
        ins = _bound_ins(prescription)
        binding = access.unit.records.binding(prescription.epu_code, ins) if ins else None
        return _again(access, prescription.epu_code, known, anonymous, binding, findings)
    code = prescription.epu_code or EpuCode.generate()
    record = _new_record(access, anonymous.with_code(code), labelled, code, rules, settings)
    access.unit.records.add(code, record, access.caller.id, access.now)
    if settings.sending is not None:
        submit_signed(access, labelled.with_code(code), record.valid_until, settings.sending)
    access.trace("created", code)
    return Created(code, record, findings)


def _check_who_asks(prescription: Prescription, caller: Caller) -> None:
    """`Forbidden` (`author-not-caller`) when the order, or a line of it, is put in another's name."""
    asking = [("author.rpps", prescription.author)]
    asking += [(line_path(line, "requester"), line.requester) for line in prescription.lines if line.requester]
    if others := [path for path, role in asking if role.practitioner.rpps != caller.id]:
        message = "L'auteur de l'ordonnance et de ses lignes n'est pas l'appelant."
        hint = "Le RPPS de qui prescrit doit être celui du jeton."
        raise Forbidden([error("author-not-caller", message, hint, path) for path in others])


def readiness(prescription: Prescription, settings: CreateSettings) -> tuple[Finding, ...]:
    """What keeps an order from entering this base, beside the rules of every order: signature, anonymity, code."""
    found: list[Finding] = []
    if not prescription.signed or prescription.authored_on is None:
        found.append(
            error(
                "not-signed",
                "L'ordonnance n'est pas signée.",
                "RequestGroup.status = active et authoredOn = instant de signature.",
                "signed",
            )
        )
    if not prescription.anonymous and not settings.accept_full:
        found.append(
            error(
                "not-anonymous",
                "Cette base partagée ne prend que des ordonnances déjà anonymes.",
                "Anonymiser avant l'envoi : patient réduit au sexe et à l'âge.",
                "patient",
            )
        )
    if prescription.use_case is not UseCase.B1:
        found.append(
            error(
                "not-b1",
                f"Une ordonnance {prescription.use_case} ne passe pas par la base EPU.",
                "L'envoyer au laboratoire de point à point ; seul le cas d'usage B1 passe par la base.",
                "use_case",
            )
        )
    if prescription.epu_code is not None and not prescription.epu_code.is_own:
        found.append(
            error(
                "malformed-code",
                f"Un code tiré par le logiciel commence par {OWN_PREFIX}.",
                f"Tirer un code {OWN_PREFIX} suivi de 16 symboles aléatoires.",
                "epu_code",
            )
        )
    return tuple(found)


def _again(
    access: Access,
    code: EpuCode,
    known: EpuRecord,
    anonymous: Prescription,
    binding: bytes | None,
    findings: tuple[Finding, ...],
) -> Created:
    # The same exams for another patient are another order: one code must never stand on two patients' sheets.
    if known.prescription == anonymous.with_code(code) and known.binding == binding:
        access.trace("repeated", code)
        return Created(code, known, findings)
    access.unit.misses.refuse_if_too_many(access.caller, access.now)
    access.unit.misses.note(access.caller, access.now)
    access.trace("code-used", code)
    access.unit.commit()
    raise Conflict.because(
        "code-used", "Ce code est déjà celui d'une autre ordonnance.", "Tirer un nouveau code.", "epu_code"
    )


def _new_record(
    access: Access,
    anonymous: Prescription,
    full: Prescription,
    code: EpuCode,
    rules: RuleContext,
    settings: CreateSettings,
) -> EpuRecord:
    return EpuRecord(
        prescription=anonymous,
        lines=tuple(
            LineRecord(line, LineState.PRESCRIBED, LineOrigin.PRESCRIBER, access.now) for line in anonymous.lines
        ),
        handle=f"urn:uuid:{uuid.uuid4()}",
        release=rules.catalogue.release.name,
        version=1,
        created_at=access.now,
        valid_until=valid_until(anonymous, settings.validity_months),
        binding=access.unit.records.new_binding(code, ins) if (ins := _bound_ins(full)) else None,
    )


def _bound_ins(full: Prescription) -> Ins | None:
    """The INS that binds an order to its patient; None without a qualified identity."""
    patient = full.patient
    return patient.ins if isinstance(patient, Patient) and permissions(patient).binding else None
