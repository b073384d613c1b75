"""A TOML table read strictly: every value asked for by key and type, every key nobody asked for refused."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from kernel.findings import Finding, Severity

E = TypeVar("E", bound=StrEnum)
D = TypeVar("D")
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


class TomlTable:
    """A table, its path in the file, and the findings it adds to. A wrong value reads as the absent one."""

    def __init__(self, raw: Mapping[str, object], path: str, findings: list[Finding]) -> None:
        self._raw = raw
        self._path = path
        self._findings = findings
        self._asked: set[str] = set()

    def refuse(self, key: str, message: str, hint: str = "") -> None:
        """Report a fault of a key."""
        path = f"{self._path}.{key}" if self._path else key
        self._findings.append(Finding(Severity.ERROR, "lab-catalogue", f"{message}.", hint, path))

    def close(self) -> None:
        """Refuse the keys nobody asked for."""
        for key in self._raw.keys() - self._asked:
            self.refuse(key, "Clé inconnue", "Corriger son nom ou la retirer.")

    def text(self, key: str, default: str = "") -> str:
        """A string without the blanks around it; `default` when absent."""
        value = self._value(key)
        if isinstance(value, str):
            return value.strip()
        return self._wrong(key, value, "texte", default)

    def required_text(self, key: str) -> str:
        """A string that must be there and say something."""
        found = self.text(key)
        if not found:
            self.refuse(key, "Valeur obligatoire absente")
        return found

    def flag(self, key: str, default: bool) -> bool:
        """A boolean."""
        value = self._value(key)
        return value if isinstance(value, bool) else self._wrong(key, value, "true ou false", default)

    def integer(self, key: str, default: int = 0) -> int:
        """An integer."""
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._wrong(key, value, "nombre entier", default)

    def number(self, key: str) -> Decimal | None:
        """A number, exactly as written; None when absent."""
        value = self._value(key)
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite():
            return Decimal(value)
        return self._wrong(key, value, "nombre", None)

    def instant(self, key: str) -> datetime | None:
        """A date and time with its offset; None when absent."""
        value = self._value(key)
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value
        return self._wrong(key, value, "date et heure avec décalage (2026-07-15T00:00:00+02:00)", None)

    def required_instant(self, key: str) -> datetime:
        """A date and time that must be there."""
        if key not in self._raw:
            self.refuse(key, "Valeur obligatoire absente")
        return self.instant(key) or _NO_DATE

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when absent."""
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(v.strip() for v in value)
        return self._wrong(key, value, "liste de textes", ())

    def choice(self, key: str, kind: type[E]) -> E | None:
        """A value of a closed list, by its code; None when absent."""
        code = self.text(key)
        return next(iter(self._members(key, kind, [code])), None) if code else None

    def choices(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Values of a closed list, by their codes."""
        return self._members(key, kind, self.texts(key))

    def words(self, key: str) -> dict[str, str]:
        """A table of code to label, empty when absent."""
        table = self.table(key, optional=True)
        return {code: table.text(code) for code in table._raw}

    def table(self, key: str, optional: bool = False) -> "TomlTable":
        """A table; refused when absent, unless it is optional."""
        value = self._value(key)
        if not isinstance(value, dict):
            if value is not None or not optional:
                self.refuse(key, "Table attendue")
            value = {}
        return TomlTable(value, f"{self._path}.{key}" if self._path else key, self._findings)

    def tables_by_name(self, key: str) -> dict[str, "TomlTable"]:
        """A table of tables, empty when absent."""
        table = self.table(key, optional=True)
        return {name: table.table(name) for name in table._raw}

    def tables(self, key: str, named_by: str = "") -> list["TomlTable"]:
        """A list of tables, empty when absent; `named_by` is the key whose value is shown in their paths."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            return self._wrong(key, value, "liste de tables", [])
        found = []
        for number, raw in enumerate(value, 1):
            name = f" ({raw[named_by]})" if named_by in raw else ""
            path = f"{self._path}.{key}" if self._path else key
            found.append(TomlTable(raw, f"{path}[{number}]{name}", self._findings))
        return found

    def _value(self, key: str) -> object:
        self._asked.add(key)
        return self._raw.get(key)

    def _members(self, key: str, kind: type[E], codes: Iterable[str]) -> tuple[E, ...]:
        known = {member.value: member for member in kind}
        for code in codes:
            if code not in known:
                self.refuse(key, f"Valeur « {code} » inconnue", "Attendu : " + ", ".join(known))
        return tuple(known[c] for c in codes if c in known)

    def _wrong(self, key: str, value: object, expected: str, default: D) -> D:
        if value is not None:
            self.refuse(key, f"Attendu : {expected}")
        return default
