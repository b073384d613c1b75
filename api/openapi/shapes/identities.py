"""Identities and birth places (`api/identity_json.py`, `api/identity_bodies.py`)."""

from api.openapi.schema import BOOLEAN, DATE, TEXT, Schema, closed, integer, line, listed, nullable, one_of, record, ref
from kernel.ins import InsAuthority
from prescription.identity.recovery import Means, Outcome
from prescription.identity.traits import Trait
from prescription.identity.verification import Verified
from prescription.people import IdentityStatus, Sex
from printing.ins_datamatrix import LONGEST_CONTENT

_PATIENT: Schema = ref("Patient")
_COMPARED = listed(
    record({"trait": one_of(Trait), "local": nullable(TEXT), "official": nullable(TEXT), "agrees": BOOLEAN})
)
_TOLD: dict[str, Schema] = {"message": TEXT, "advice": listed(TEXT), "comparison": _COMPARED}
RECOVERY: Schema = record(
    {
        "outcome": one_of(Outcome),
        "means": nullable(one_of(Means)),
        **_TOLD,
        "patient": nullable(_PATIENT),
    }
)
VERIFICATION: Schema = record({"outcome": one_of(Verified), **_TOLD, "patient": _PATIENT})
SCANNED: Schema = record(
    {
        "matricule": TEXT,
        "authority": one_of(InsAuthority),
        "key_valid": BOOLEAN,
        "birth_given_names": listed(TEXT),
        "birth_family_name": TEXT,
        "sex": one_of(Sex),
        "birth_date": DATE,
        "birth_place_code": nullable(TEXT),
        "highest_status": one_of(IdentityStatus),
        "message": TEXT,
        "patient": nullable(_PATIENT),
    }
)
SCAN_SENT: Schema = closed(record({"content": line(LONGEST_CONTENT)}))
PLACES: Schema = record(
    {
        "available": BOOLEAN,
        "places": listed(record({"code": TEXT, "name": TEXT, "start": nullable(DATE), "end": nullable(DATE)})),
    }
)
_CARD = closed(record({"nir": line(15), "birth_date": TEXT}, {"rank": integer(1, 9)}))
RECOVERY_ASKED: Schema = closed(
    record(
        {"patient": _PATIENT},
        {"high_trust_document": BOOLEAN, "apcv": nullable(line(4096)), "vitale": nullable(_CARD)},
    )
)
VERIFICATION_ASKED: Schema = closed(
    record({"patient": _PATIENT}, {"last_verified": nullable(DATE), "new_event": BOOLEAN})
)
PLACES_ASKED: Schema = closed(record({"text": line(100)}, {"born": nullable(DATE)}))
