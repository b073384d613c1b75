"""The patient's identity at the desk: recovered from INSi, verified again, scanned, a birth place (prescription.md §9).

Traits travel in bodies only, and nothing of them is kept here.
"""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.identity_bodies import read_content, read_day, read_recovery, read_text, read_verification
from api.identity_json import write_places, write_recovery, write_scanned, write_verification
from api.json_body import only
from api.openapi.described import FHIR, JSON, Body, Described, described
from api.openapi.schema import Schema
from api.openapi.shapes.identities import (
    PLACES,
    PLACES_ASKED,
    RECOVERY,
    RECOVERY_ASKED,
    SCAN_SENT,
    SCANNED,
    VERIFICATION,
    VERIFICATION_ASKED,
)
from api.responses import plain_json
from api.transactions import refusals_placed
from kernel.errors import Forbidden, Unavailable
from prescription.caller import Role
from prescription.identity.insi import InsiGateway
from prescription.identity.recovery import recover
from prescription.identity.verification import Verification, Verified, due, verify
from printing.ins_datamatrix import LONGEST_CONTENT, read

router = APIRouter()
CAREGIVERS = frozenset({Role.PRESCRIBER, Role.SAMPLER, Role.LABORATORY, Role.BIOLOGIST})
"""Who looks after a patient, and so may ask who the patient is."""


def _asked(summary: str, sent: Schema, answer: Schema) -> Described:
    body = Body((JSON, FHIR), sent)
    return Described(summary, {JSON: answer}, body=body, refusals=(400, 406, 413, 415), token=True)


@router.post("/api/ins/recuperer")
@described(post=_asked("Récupérer une identité auprès d'INSi", RECOVERY_ASKED, RECOVERY))
async def recover_identity(call: CurrentCall) -> Response:
    """By ApCV, carte Vitale or traits; what differs side by side, and the Patient as it stands once accepted."""
    _admit(call)
    asked = read_recovery(call.resource(), call.services.config.base)
    found = await recover(asked.patient, _insi(call), asked.readings, high_trust_document=asked.high_trust_document)
    return plain_json(write_recovery(found, call.services.config.base))


@router.post("/api/ins/verifier")
@described(post=_asked("Vérifier de nouveau une identité auprès d'INSi", VERIFICATION_ASKED, VERIFICATION))
async def verify_identity(call: CurrentCall) -> Response:
    """Asks INSi when it is time to: after four years, and a NIA at each new event."""
    _admit(call)
    asked = read_verification(call.resource(), call.services.config.base)
    today = call.services.clock.now().date()
    if due(asked.patient, asked.last_verified, today, new_event=asked.new_event):
        told = await verify(asked.patient, _insi(call))
    else:
        told = Verification(Verified.NOT_DUE, asked.patient)
    return plain_json(write_verification(told, call.services.config.base))


@router.post("/api/ins/lire")
@described(post=_asked("Lire le contenu d'un datamatrix INS", SCAN_SENT, SCANNED))
def read_datamatrix(call: CurrentCall) -> Response:
    """From what a scanner typed to the traits of an identity; INSi is not asked, and a scan qualifies nothing."""
    _admit(call)
    body = call.resource()
    only(body, "", ("content",))
    with refusals_placed(lambda _: "content"):
        scanned = read(read_content(body, "content", LONGEST_CONTENT))
    return plain_json(write_scanned(scanned, call.services.config.base))


@router.post("/api/cog/rechercher")
@described(post=_asked("Chercher un lieu de naissance", PLACES_ASKED, PLACES))
def find_birth_places(call: CurrentCall) -> Response:
    """Ten places at most, by code or by the beginning of a name, as they were named on the day of birth."""
    _admit(call)
    body = call.resource()
    only(body, "", ("text", "born"))
    text, born = read_text(body, "text", 100), read_day(body, "born")
    gazetteer = call.services.gazetteer
    return plain_json(write_places(gazetteer, gazetteer.begun_by(text, born)))


def _admit(call: Call) -> None:
    if call.caller().role not in CAREGIVERS:
        raise Forbidden.because(
            "role",
            "L'identité d'un patient n'est pas ouverte à ce rôle.",
            "Rôles admis : " + ", ".join(sorted(CAREGIVERS)) + ".",
        )


def _insi(call: Call) -> InsiGateway:
    if call.services.insi is None:
        raise Unavailable.because(
            "insi-absent",
            "Ce service n'est relié à aucun téléservice INSi.",
            "L'ordonnance peut partir avec le statut actuel de l'identité ; réglage CIRCUITBIO_INSI.",
        )
    return call.services.insi
