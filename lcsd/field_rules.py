"""What each field must be: use, type, length, repetitions and table of the IHE LAB-51 profiles (`lcsd.md` §3–5).

Lengths and repetitions are those of the conformance profiles 1.3.6.1.4.12559.11.1.1.118 to .121; tables are those
of HL7 v2.5 appendix A. A field without a rule is not used by LCSD: it draws a warning and is kept by nobody.
"""

from dataclasses import dataclass
from enum import Enum

from terminology.lab_catalogue import Nature, Priority, ReportingPriority, ValueType

MANY = 0


class Use(Enum):
    """Required, optional, never sent."""

    REQUIRED = "R"
    OPTIONAL = "O"
    NEVER = "X"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field. `length` is that of one repetition on the wire, 0 = that of its components; `repeats` 0 = any."""

    use: Use
    type: str
    length: int = 0
    repeats: int = 1
    table: str = ""


def _r(type_: str, length: int = 0, repeats: int = 1, table: str = "") -> FieldRule:
    return FieldRule(Use.REQUIRED, type_, length, repeats, table)


def _o(type_: str, length: int = 0, repeats: int = 1, table: str = "") -> FieldRule:
    return FieldRule(Use.OPTIONAL, type_, length, repeats, table)


_X = FieldRule(Use.NEVER, "ST")

COMPONENT_LENGTHS: dict[str, tuple[int, ...]] = {
    "CE": (20, 199, 20, 20, 199, 20),
    "CWE": (20, 199, 20, 20, 199, 20),
    "HD": (20, 199, 6),
    "TS": (24, 1),
    "CQ": (16, 483),
    "RFR": (33, 8, 33, 33, 20, 20, 199),
}

RULES: dict[str, dict[int, FieldRule]] = {
    "MSH": {
        1: _r("ST", 1), 2: _r("ST", 4), 3: _r("HD"), 4: _r("HD"), 5: _r("HD"), 6: _r("HD"), 7: _r("TS", 26), 8: _X,
        9: _r("MSG", 15), 10: _r("ST", 20), 11: _r("PT", 3), 12: _r("VID", 971), 13: _o("NM", 15), 14: _X, 15: _X,
        16: _X, 17: _o("ID", 3), 18: _o("ID", 16), 19: _o("CE"), 20: _X, 21: _o("EI", 427, MANY),
    },
    "MFI": {
        1: _r("CE", table="0175"), 2: _r("HD"), 3: _r("ID", 3, table="0178"), 4: _o("TS", 26), 5: _r("TS", 26),
        6: _r("ID", 2, table="0179"),
    },
    "MFE": {
        1: _r("ID", 3, table="0180"), 2: _r("ST", 20), 3: _o("TS", 26), 4: _r("CE", 200),
        5: _r("ID", 3, table="0355"),
    },
    "OM1": {
        1: _r("NM", 4), 2: _r("CE"), 3: _o("ID", 12, MANY, "0125"), 4: _r("ID", 1, table="0136"), 5: _r("CE"),
        6: _o("TX", 200), 7: _o("CE"), 8: _r("ST", 200, MANY), 9: _o("ST", 30), 10: _o("ST", 8), 11: _o("ST", 200),
        12: _o("ID", 1, table="0136"), 13: _o("CE", repeats=MANY), 14: _o("CE", repeats=MANY),
        16: _o("CE", repeats=MANY), 18: _r("IS", 1, table="0174"), 19: _o("CE"), 20: _o("ST", 20), 21: _o("TS", 26),
        22: _o("TS", 26), 23: _o("NM", 20), 24: _o("NM", 20), 25: _o("ID", 40, MANY, "0168"),
        26: _o("ID", 5, table="0169"), 27: _o("CE", repeats=MANY), 31: _o("CE"), 32: _o("TX", 65536), 33: _o("CE"),
        34: _o("CE", repeats=MANY), 35: _o("TX", 80), 37: _o("TX", 200), 39: _o("TX", 200), 40: _o("ST", 60, MANY),
        41: _o("TX", 65536), 46: _o("CE"),
    },
    "OM2": {
        1: _o("NM", 4), 2: _o("CE"), 3: _o("NM", 10), 4: _o("CE"), 5: _o("NM", 60), 6: _o("RFR", repeats=MANY),
        7: _o("RFR", repeats=MANY),
    },
    "OM3": {
        1: _o("NM", 4), 2: _o("CE"), 3: _o("CE"), 4: _o("CE", repeats=MANY), 5: _o("CE", repeats=MANY),
        6: _o("CE", repeats=MANY), 7: _o("ID", 2, table="0125"),
    },
    "OM4": {
        1: _o("NM", 4), 2: _o("ID", 1, table="0170"), 3: _r("TX", 60), 4: _o("NM", 20), 5: _o("CE"),
        6: _o("CE", table="0487"), 7: _o("CWE", table="0371"), 8: _o("TX", 10240), 9: _o("TX", 10240), 10: _o("CQ"),
        11: _o("CQ"), 12: _o("TX", 10240), 13: _o("ID", 1, MANY, "0027"), 14: _o("CQ"),
    },
    "OM5": {1: _o("NM", 4), 2: _r("CE", repeats=MANY)},
    "OM6": {1: _o("NM", 4), 2: _o("TX", 10240)},
}  # fmt: skip

TABLES: dict[str, frozenset[str]] = {
    "0027": frozenset("APRST"),
    "0125": frozenset(t.value for t in ValueType),
    "0136": frozenset("YN"),
    "0168": frozenset(p.value for p in Priority),
    "0169": frozenset(p.value for p in ReportingPriority),
    "0170": frozenset("CNP"),
    "0174": frozenset(n.value for n in Nature),
    "0175": frozenset(("OMA", "OMB", "OMC", "OMD")),
    "0178": frozenset(("REP", "UPD")),
    "0179": frozenset(("AL", "ER", "NE", "SU")),
    "0180": frozenset(("MAC", "MAD", "MDC", "MDL", "MUP")),
    "0355": frozenset(("CE", "PL")),
    "0371": frozenset(
        "ACDA ACDB ACET AMIES BACTM BF10 BOR BOUIN BSKM C32 C38 CARS CARY CHLTM CTAD EDTK EDTK15 EDTK75 EDTN ENT ENT+ "
        "F10 FDP FL10 FL100 HCL6 HEPA HEPL HEPN HNO3 JKM KARN KOX LIA M4 M4RT M5 MICHTM MMDTM NAF NAPS NONE PAGE "
        "PHENOL PVA RLM SILICA SPS SST STUTM THROM THYMOL THYO TOLU URETM VIRTM WEST".split()
    ),
    "0487": frozenset(
        "ABS AMN ASP BBL BDY BIFL BLD BLDA BLDC BLDCO BLDV BON BPU BRN BRO CALC CDM CNJT CNL COL CSF CTP CUR CVM CVX "
        "CYST DIAF DOSE DRN DUFL EAR EARW ELT ENDC ENDM EXG EYE FIST FLT FLU GAS GAST GEN GENC GENL GENV HAR IHG ISLT "
        "IT LAM LIQ LN LNA LNV MAR MBLD MEC MILK MLK NAIL NOS ORH PAFL PLAS PLB PLC PLR PPP PRP PRT PUS RT SAL SER "
        "SKM SKN SMN SNV SPRM SPT SPTC SPTT STL SWT TEAR THRT TISG TISPL TISS TISU TLGI TLNG TSMI TUB ULC UMB UMED UR "
        "URC URNS URT URTH USUB VITF VOM WAT WICK WND WNDA WNDD WNDE".split()
    ),
}
CODED_TABLES = {"0371": "HL70371", "0487": "HL70487", "0175": "HL70175"}
"""Tables of a CE: its first component is checked when its third names the table."""
