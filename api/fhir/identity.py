"""How sure an identity is: the INS as an Identifier, and the RNIV status and attributes (prescription.md §9, §10).

FR Core 2.1.0 and 2.2.0 name the status differently; both are read, 2.2.0 is written.
"""

from api.fhir.element import Element
from api.fhir.json import JsonObject, JsonValue
from api.fhir.systems import IDENTIFIER_TYPES, IDENTITY_CODES, IDENTITY_RELIABILITY, PATIENT_INS_PROFILE
from kernel.errors import Invalid
from kernel.ins import Ins, InsAuthority
from prescription.people import IdentityAttribute, IdentityStatus, Patient

_OID = "urn:oid:"
_INS_TYPES = {
    InsAuthority.NIR: "INS-NIR",
    InsAuthority.NIA: "INS-NIA",
    InsAuthority.TEST: "INS-NIR-TEST",
    InsAuthority.DEMONSTRATION: "INS-NIR-DEMO",
}


def read_ins(identifier: Element) -> Ins | None:
    """The INS in an Identifier: fifteen characters, and an authority that its type must not contradict."""
    identifier.read_past("use")
    system = identifier.text("system", required=True)
    value = identifier.text("value", required=True)
    kind = identifier.child("type")
    stated = _stated_type(kind) if kind else None
    identifier.close()
    if system is None or value is None:
        return None
    try:
        ins = Ins.parse(value, system.removeprefix(_OID))
    except Invalid as error:
        for finding in error.findings:
            identifier.wrong(finding.message, finding.hint, code=finding.code)
        return None
    if stated in _INS_TYPES.values() and stated != _INS_TYPES[ins.authority]:
        identifier.wrong("Le type d'INS ne va pas avec son OID.", "Accorder type et system.", code="malformed-ins")
    return ins


def _stated_type(kind: Element) -> str | None:
    kind.read_past("text")
    coding = kind.only("coding")
    kind.close()
    if coding is None:
        return None
    coding.read_past("system", "version", "display")
    code = coding.text("code")
    coding.close()
    return code


def read_official_ins(element: Element) -> Ins | None:
    """The official INS of a Patient; former matricules (`use` old) are read past."""
    found = None
    for identifier in element.children("identifier"):
        if identifier.value.get("use") == "old":
            identifier.read_past(*identifier.value)
            continue
        if found is not None:
            identifier.wrong("Un seul matricule INS est officiel.", "Donner « old » aux anciens matricules.")
        found = read_ins(identifier) or found
    return found


def write_ins(ins: Ins) -> JsonObject:
    """The Identifier of an INS."""
    return {
        "use": "official",
        "type": {"coding": [{"system": IDENTIFIER_TYPES, "code": _INS_TYPES[ins.authority]}]},
        "system": _OID + ins.authority.value,
        "value": ins.matricule,
    }


def read_reliability(element: Element, ins: Ins | None) -> tuple[IdentityStatus, frozenset[IdentityAttribute]]:
    """The status, provisional when nothing is said, and the attributes (sub-extensions `comment`)."""
    reliability = element.extension(IDENTITY_RELIABILITY)
    if reliability is None:
        return IdentityStatus.PROVISIONAL, frozenset()
    # FR Core 2.1.0 also says when and how the identity was validated; it changes nothing here.
    for past in ("validationDate", "validationMode", "methodCollection"):
        for proof in reliability.extensions(past):
            proof.read_past(*proof.value)
    status_holder = reliability.extension("identityStatus")
    stated = code_of(status_holder) if status_holder else None
    attributes = {code_of(comment) for comment in reliability.extensions("comment")}
    reliability.close()
    if status_holder is None:
        reliability.wrong("Le statut de l'identité manque.", "Ajouter la sous-extension identityStatus.")
    if stated in set(IdentityAttribute):
        attributes.add(stated)
        stated = IdentityStatus.PROVISIONAL
    known = set(IdentityAttribute)
    if attributes - known - {None}:
        reliability.wrong("Attribut d'identité inconnu.", "Attendus : HOMA, DOUT, FICT.")
    if stated is not None and stated not in set(IdentityStatus):
        reliability.wrong("Statut d'identité inconnu.", "Attendus : QUAL, VALI, RECUP, PROV.")
        stated = None
    if stated == IdentityStatus.VALIDATED and ins is not None and _claims_ins_profile(element):
        stated = IdentityStatus.QUALIFIED
    return IdentityStatus(stated or "PROV"), frozenset(IdentityAttribute(a) for a in attributes if a in known)


def _claims_ins_profile(element: Element) -> bool:
    """FR Core 2.1.0 has no QUAL: its INS profile writes VALI for « the INS is present »."""
    meta = element.value.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    if not isinstance(profiles, list):
        return False
    urls = [p for p in profiles if isinstance(p, str)]
    return any(u == PATIENT_INS_PROFILE or u.startswith(f"{PATIENT_INS_PROFILE}|2.1") for u in urls)


def code_of(holder: Element) -> str | None:
    """The code of an extension whose value is a Coding, or a plain string."""
    coding = holder.child("valueCoding") if holder.has("valueCoding") else None
    text = holder.text("valueString") if coding is None else None
    holder.close()
    if coding is None:
        return text
    coding.read_past("system", "version", "display")
    code = coding.text("code", required=True)
    coding.close()
    return code


def write_reliability(patient: Patient) -> JsonObject:
    """The extension that says how sure the identity is."""
    codes = [("identityStatus", patient.status.value), *(("comment", a.value) for a in sorted(patient.attributes))]
    inner: list[JsonValue] = [
        {"url": url, "valueCoding": {"system": IDENTITY_CODES, "code": code}} for url, code in codes
    ]
    return {"url": IDENTITY_RELIABILITY, "extension": inner}
