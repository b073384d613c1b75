"""MSH, MFI and MFE of a publication, and the headers of its batch file (`lcsd.md` §3, §6.1)."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hl7v2.charset import Charset
from hl7v2.codec import Segment, composite, header, segment
from hl7v2.escapes import escape
from hl7v2.timestamps import write_ts
from lcsd.master_files import MasterFile
from lcsd.segments.keys import write_key
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.publishing.delivery import Acknowledgements

_CONTROL_ID = re.compile(r"(?P<mnemonic>.+)-v(?P<version>[0-9]+)(?:-[0-9]+)?", re.DOTALL)
_ENTRY_ID = re.compile(r"v[0-9]+-(?P<number>[0-9]+)", re.ASCII)


class Processing(StrEnum):
    """MSH-11: what the receiver may do with the content (HL7 table 0103)."""

    PRODUCTION = "P"
    TRAINING = "T"
    DEBUGGING = "D"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who the publication is for: application name agreed with it, geographic FINESS."""

    application: str
    finess: str


@dataclass(frozen=True, slots=True)
class Emission:
    """One sending of a catalogue: to whom, when (aware), for what use.

    `again` counts the earlier sendings of the same version to the same receiver: MSH-10 must never name other bytes.
    """

    catalogue: LabCatalogue
    receiver: Receiver
    instant: datetime
    processing: Processing = Processing.PRODUCTION
    again: int = 0
    acknowledgements: Acknowledgements = Acknowledgements.ALL

    @property
    def control_id(self) -> str:
        """FHS-11 and BHS-11: `<lab>-v<version>`."""
        return f"{self.catalogue.laboratory.mnemonic}-v{self.catalogue.version}"

    def partners(self) -> dict[int, str]:
        """Fields 3 to 7 of MSH, FHS and BHS."""
        laboratory = self.catalogue.laboratory
        return {
            3: escape(laboratory.application),
            4: escape(laboratory.finess),
            5: escape(self.receiver.application),
            6: escape(self.receiver.finess),
            7: write_ts(self.instant),
        }


def build_msh(emission: Emission, file: MasterFile) -> Segment:
    """MSH of one message; MSH-15 and 16 are never sent (original acknowledgement mode)."""
    return header(
        "MSH",
        {
            **emission.partners(),
            9: composite("MFN", file.trigger, f"MFN_{file.trigger}"),
            10: escape(f"{emission.control_id}-{file.rank + 10 * emission.again}"),
            11: emission.processing.value,
            12: composite("2.5", "FRA"),
            17: "FRA",
            18: Charset.UTF8.value,
            19: composite("fr", "français", "ISO639"),
            21: composite(f"LCSD_{file.trigger}", "IHE", file.profile, "ISO"),
        },
    )


def build_mfi(emission: Emission, file: MasterFile) -> Segment:
    """MFI of one message: whole replacement, the acknowledgements the receiver gives."""
    return segment(
        "MFI",
        {
            1: composite(file.code, file.text, "HL70175"),
            2: escape(emission.catalogue.laboratory.application),
            3: "REP",
            4: write_ts(emission.instant),
            5: write_ts(emission.catalogue.effective_from),
            6: emission.acknowledgements.value,
        },
    )


def build_mfe(version: int, number: int, exam: LabExam) -> Segment:
    """MFE of an entry; `number` is its place in the publication, from 1."""
    return segment(
        "MFE",
        {
            1: "MAD",
            2: f"v{version}-{number:06d}",
            3: write_ts(exam.effective_from) if exam.effective_from else "",
            4: write_key(exam),
            5: "CE",
        },
    )


def batch_headers(emission: Emission, file_name: str) -> tuple[Segment, Segment]:
    """FHS and BHS of the file."""
    common = {**emission.partners(), 11: escape(emission.control_id)}
    return header("FHS", {**common, 9: escape(file_name)}), header("BHS", common)


def read_control_id(text: str) -> tuple[str, int] | None:
    """Mnemonic and version behind `<lab>-v<version>` or `<lab>-v<version>-<k>`; None for another form."""
    found = _CONTROL_ID.fullmatch(text)
    return (found["mnemonic"], int(found["version"])) if found else None


def read_entry_number(text: str) -> int | None:
    """Place of an entry in the publication, from MFE-2; None for another's form."""
    found = _ENTRY_ID.fullmatch(text)
    return int(found["number"]) if found else None
