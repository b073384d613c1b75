"""The INS matricule: fifteen characters, a key, and the four authorities that assign it (Référentiel INS)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import Invalid

PATTERN = re.compile(r"[0-9]{5}(?:[0-9]{2}|2A|2B)[0-9]{8}", re.ASCII)


class InsAuthority(StrEnum):
    """OID of the authority that assigned the matricule."""

    NIR = "1.2.250.1.213.1.4.8"
    NIA = "1.2.250.1.213.1.4.9"
    TEST = "1.2.250.1.213.1.4.10"
    DEMONSTRATION = "1.2.250.1.213.1.4.11"

    @property
    def is_real(self) -> bool:
        """False for the test and demonstration authorities, which production refuses."""
        return self in (InsAuthority.NIR, InsAuthority.NIA)


def matricule_key(body: str) -> int:
    """Key of the thirteen first characters: 97 less the remainder by 97, 2A counted as 19 and 2B as 18."""
    return 97 - int(body.replace("2A", "19", 1).replace("2B", "18", 1) if not body.isdigit() else body) % 97


@dataclass(frozen=True, slots=True)
class Ins:
    """A matricule and its authority. `parse` refuses a malformed one; printing shows the matricule alone."""

    matricule: str
    authority: InsAuthority

    @classmethod
    def parse(cls, matricule: str, oid: str) -> "Ins":
        """An INS from fifteen characters (spaces dropped) and an OID; `Invalid` (`malformed-ins`) otherwise."""
        compact = matricule.replace(" ", "").upper()
        if PATTERN.fullmatch(compact) is None or matricule_key(compact[:13]) != int(compact[13:]):
            raise Invalid.because(
                "malformed-ins",
                "Matricule INS mal formé ou clé incorrecte.",
                "Vérifier les 15 caractères du matricule.",
            )
        if oid not in set(InsAuthority):
            raise Invalid.because(
                "malformed-ins",
                "OID d'autorité INS inconnu.",
                "Attendus : " + ", ".join(a.value for a in InsAuthority),
            )
        return cls(compact, InsAuthority(oid))

    @property
    def spaced(self) -> str:
        """The matricule in groups 1-2-2-2-3-3-2, for display only (`printing.md` §3)."""
        m = self.matricule
        return " ".join((m[:1], m[1:3], m[3:5], m[5:7], m[7:10], m[10:13], m[13:]))

    def __repr__(self) -> str:
        """Says nothing of the person: an INS must not slip into a log or a trace."""
        return f"Ins(…, {self.authority.name})"
