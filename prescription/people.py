"""Who is on an order: the patient with an identity status, the author and other professionals, the helpers.

Identity follows the RNIV and the INS referential (prescription.md §9). Representations hide the traits of persons.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from kernel.ins import Ins
from kernel.partial_date import PartialDate
from terminology.coding import Coding


class Sex(StrEnum):
    """FHIR administrative gender."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class IdentityStatus(StrEnum):
    """RNIV status of an identity, in the codes of FR Core 2.2.0 (fr-core-cs-v2-0445)."""

    QUALIFIED = "QUAL"
    VALIDATED = "VALI"
    RETRIEVED = "RECUP"
    PROVISIONAL = "PROV"


class IdentityAttribute(StrEnum):
    """RNIV attributes beside the status."""

    HOMONYM = "HOMA"
    DOUBTFUL = "DOUT"
    FICTIVE = "FICT"


class HelperRole(StrEnum):
    """What a helper is to the patient."""

    LEGAL_REPRESENTATIVE = "legal-representative"
    GUARDIAN = "guardian"
    TRUSTED_PERSON = "trusted-person"
    CARER = "carer"
    EMERGENCY_CONTACT = "emergency-contact"


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A way to reach someone; `system` is a FHIR contact point system (phone, fax, email, sms, url, other)."""

    system: str
    value: str
    use: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    lines: tuple[str, ...] = ()
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Patient:
    """The identified patient of a full order. Names are kept as given; `birth_place_code` is the COG code."""

    birth_family_name: str | None
    birth_given_names: tuple[str, ...]
    sex: Sex
    birth_date: PartialDate | None
    status: IdentityStatus = IdentityStatus.PROVISIONAL
    attributes: frozenset[IdentityAttribute] = frozenset()
    ins: Ins | None = None
    first_birth_given_name: str | None = None
    used_family_name: str | None = None
    used_given_name: str | None = None
    birth_place_code: str | None = None
    birth_place_name: str | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None

    @property
    def shows_ins(self) -> bool:
        """Whether the matricule may leave this software: a qualified identity only."""
        return self.status is IdentityStatus.QUALIFIED and self.ins is not None

    def __repr__(self) -> str:
        return f"Patient({self.status.value}, …)"


@dataclass(frozen=True, slots=True)
class AnonymousPatient:
    """All the EPU base may know: sex, and age in years (`a`), or in months (`mo`) under three years."""

    sex: Sex
    age: int | None = None
    age_unit: str = "a"


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A professional. `rpps` and a name are what an author needs to sign."""

    family: str | None
    given: tuple[str, ...] = ()
    title: str | None = None
    rpps: str | None = None
    am_number: str | None = None
    telecom: tuple[ContactPoint, ...] = ()

    @property
    def full_name(self) -> str:
        """Title, given names and family name as one writes them."""
        return " ".join(part for part in (self.title, *self.given, self.family) if part)


@dataclass(frozen=True, slots=True)
class Organization:
    """A structure of care; `finess` is the geographic number."""

    name: str | None
    finess: str | None = None
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class PractitionerRole:
    """A professional where he or she practises; `specialties` hold codes such as G15_10/SM26."""

    practitioner: Practitioner
    organization: Organization | None = None
    specialties: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True)
class Helper:
    """A person who helps the patient (*aidant, représentant légal, personne de confiance*)."""

    family: str | None
    given: tuple[str, ...] = ()
    role: HelperRole | None = None
    relationship: str = ""
    telecom: tuple[ContactPoint, ...] = ()
    address: Address | None = field(default=None)

    def __repr__(self) -> str:
        return "Helper(…)"
