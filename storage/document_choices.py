"""What the patients chose, in its table: the port `Choices`. Found by a keyed digest; rows are only added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, bindparam, insert, select

from kernel.ins import Ins
from prescription.documents.choices import Act, Choice
from storage.document_sealing import opened, patient_digest, place, sealed_columns
from storage.document_tables import choices
from storage.driver import Prepared
from storage.instants import to_micros
from storage.json_codec import NotOurs, read_json, write_json
from storage.peppers import Peppers
from storage.sealing import SealBroken

_COLUMNS = ("number", "kid", "salt", "nonce", "sealed")
_LAST = Prepared(
    select(*(choices.c[name] for name in _COLUMNS))
    .where(choices.c.patient == bindparam("of"), choices.c.act == bindparam("act"))
    .order_by(choices.c.number.desc())
)


@dataclass(frozen=True, slots=True)
class KeptChoice:
    """What is sealed: the choice and whose it is, so that it can be found again under another pepper."""

    patient: Ins
    choice: Choice


class SqlChoices:
    """The choices over one connection."""

    def __init__(self, connection: Connection, peppers: Peppers) -> None:
        self._connection = connection
        self._peppers = peppers

    def standing(self, patient: Ins, act: Act) -> Choice | None:
        """The last one, under whichever pepper it lies."""
        digests = [patient_digest(pepper, patient) for pepper in self._peppers.all]
        rows = [row for each in digests if (row := _LAST.row(self._connection, {"of": each, "act": act.value}))]
        if not rows:
            return None
        kept = self.read(act.value, dict(zip(_COLUMNS, max(rows), strict=True)))
        if kept.patient != patient:
            raise SealBroken("a sealed choice is of another patient")
        return kept.choice

    def record(self, patient: Ins, choice: Choice) -> None:
        """One row more."""
        pepper = self._peppers.current
        sealed = sealed_columns(pepper, choice_place(choice.act.value), write_json(KeptChoice(patient, choice)))
        row = {"patient": patient_digest(pepper, patient), "act": choice.act.value, "at": to_micros(choice.at)}
        self._connection.execute(insert(choices).values(row | sealed))

    def history(self, patient: Ins) -> Sequence[Choice]:
        """All rows, the first one first."""
        digests = [patient_digest(pepper, patient) for pepper in self._peppers.all]
        query = select(choices).where(choices.c.patient.in_(digests)).order_by(choices.c.number)
        return [self.read(row["act"], row).choice for row in self._connection.execute(query).mappings()]

    def read(self, act: str, row: RowMapping | Mapping[str, object]) -> KeptChoice:
        """What a row holds."""
        try:
            return read_json(KeptChoice, opened(self._peppers, choice_place(act), row))
        except NotOurs:
            raise SealBroken("a sealed choice cannot be read") from None


def choice_place(act: str) -> bytes:
    """What a choice is tied to: its act. Its number is not known when it is sealed."""
    return place("choice", act)
