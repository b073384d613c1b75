"""The rules of the assistance, each with its source: `rules.csv` (prescription.md §2.4).

Columns `rule_id,kind,subject_loinc,object_loinc,days,condition,source,source_date,verified`. A row without a source is
refused; one that nobody has verified at its source only informs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from kernel import loinc
from kernel.errors import Invalid
from kernel.partial_date import PartialDate
from prescription.people import Sex
from terminology.readers.table import Faults, Row, read_table

COLUMNS = tuple("rule_id kind subject_loinc object_loinc days condition source source_date verified".split())
_FILE = "rules.csv"
_DAYS = range(1, 10_000)


class RuleKind(StrEnum):
    """`includes`: the subject contains the object. `min_interval`: days before the subject is useful again.
    `unlikely_sex`: the condition is the FHIR sex of those to whom the subject is seldom prescribed."""

    INCLUDES = "includes"
    MIN_INTERVAL = "min_interval"
    UNLIKELY_SEX = "unlikely_sex"


@dataclass(frozen=True, slots=True)
class AssistanceRule:
    """One rule. `verified`: someone has read it at its source; what nobody has is shown as information only."""

    id: str
    kind: RuleKind
    subject: str
    object: str
    days: int
    condition: str
    source: str
    source_date: PartialDate
    verified: bool


@dataclass(frozen=True, slots=True)
class AssistanceRules:
    """The rules in force, found by exam."""

    rules: tuple[AssistanceRule, ...] = ()
    _by: dict[tuple[RuleKind, str], list[AssistanceRule]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Indexes them by kind and subject."""
        by: dict[tuple[RuleKind, str], list[AssistanceRule]] = {}
        for rule in self.rules:
            by.setdefault((rule.kind, rule.subject), []).append(rule)
        object.__setattr__(self, "_by", by)

    def of(self, kind: RuleKind, subject: str) -> list[AssistanceRule]:
        """The rules of one kind about an exam."""
        return self._by.get((kind, subject), [])


def shipped_rules() -> AssistanceRules:
    """The rules that come with this software."""
    return read_rules(_FILE, files(__package__).joinpath(_FILE).read_text("utf-8"))


def rules_of(path: Path) -> AssistanceRules:
    """Those of a file of one's own, in place of the shipped ones; `Invalid` with every located fault."""
    try:
        return read_rules(path.name, path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Invalid.because("settings", f"{path.name} est illisible.", "Un CSV en UTF-8 est attendu.") from None


def read_rules(file: str, text: str) -> AssistanceRules:
    """The rules of a CSV text; `Invalid` with every fault, located."""
    faults = Faults()
    read = [_rule(row, faults) for row in read_table(file, text, COLUMNS, faults)]
    seen: set[str] = set()
    for row, rule in zip(read_table(file, text, COLUMNS, Faults()), read, strict=True):
        if rule is not None and rule.id in seen:
            faults.add(row, "rule_id", "E14", "règle en double", "Un identifiant nomme une règle.")
        seen.add(rule.id if rule else "")
    faults.settle()
    return AssistanceRules(tuple(rule for rule in read if rule))


def _rule(row: Row, faults: Faults) -> AssistanceRule | None:
    wrong = list(_faults(row))
    for column, message in wrong:
        faults.add(row, column, "E10", message, "Voir prescription/assistance/README.md.")
    if wrong:
        return None
    return AssistanceRule(
        row["rule_id"],
        RuleKind(row["kind"]),
        row["subject_loinc"],
        row["object_loinc"],
        int(row["days"] or 0),
        row["condition"],
        row["source"],
        PartialDate.parse(row["source_date"]),
        row["verified"] == "true",
    )


def _faults(row: Row) -> Iterable[tuple[str, str]]:
    kind = row["kind"]
    if not row["rule_id"]:
        yield "rule_id", "identifiant absent"
    if kind not in set(RuleKind):
        yield "kind", f"attendu : {', '.join(RuleKind)}"
    if not loinc.valid(row["subject_loinc"]):
        yield "subject_loinc", "code LOINC mal formé"
    included = kind == RuleKind.INCLUDES
    if (included and not loinc.valid(row["object_loinc"])) or (not included and row["object_loinc"]):
        yield "object_loinc", "un code LOINC pour includes, rien pour les autres"
    timed = kind == RuleKind.MIN_INTERVAL
    if timed != (row["days"].isdecimal() and int(row["days"]) in _DAYS) or (row["days"] and not timed):
        yield "days", "un nombre de jours pour min_interval, rien pour les autres"
    if kind == RuleKind.UNLIKELY_SEX and row["condition"] not in (Sex.FEMALE, Sex.MALE):
        yield "condition", "female ou male pour unlikely_sex"
    if not row["source"]:
        yield "source", "une règle sans source n'est pas admise"
    try:
        PartialDate.parse(row["source_date"])
    except ValueError:
        yield "source_date", "date AAAA, AAAA-MM ou AAAA-MM-JJ attendue"
    if row["verified"] not in ("true", "false"):
        yield "verified", "true ou false"
