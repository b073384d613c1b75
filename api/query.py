"""Query strings read strictly: an unknown or repeated parameter, or bytes that are no UTF-8, is refused (§4.5)."""

from collections.abc import Collection
from urllib.parse import parse_qsl

from starlette.requests import Request

from kernel.errors import Invalid


def bad(name: str, message: str, hint: str) -> Invalid:
    """A refusal that names the parameter."""
    return Invalid.because("bad-parameter", message, hint, name)


class QueryParameters:
    """The parameters of a GET, each given at most once unless it may repeat."""

    def __init__(self, request: Request, known: Collection[str], repeating: Collection[str] = ()) -> None:
        try:
            pairs = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True, errors="strict")
        except (UnicodeDecodeError, ValueError):
            raise bad("", "La requête n'est pas en UTF-8.", "Encoder les paramètres en UTF-8.") from None
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in known:
                raise bad(name, f"Paramètre inconnu : {name[:60]}.", "Connus : " + ", ".join(known) + ".")
            self._values.setdefault(name, []).append(value)
        for name, values in self._values.items():
            if len(values) > 1 and name not in repeating:
                raise bad(name, f"Paramètre répété : {name}.", "Le donner une seule fois.")

    def text(self, name: str) -> str | None:
        """The value as it is; None when absent."""
        return self._values[name][0] if name in self._values else None

    def texts(self, name: str) -> list[str]:
        """Every value of a parameter that may repeat."""
        return self._values.get(name, [])

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between `low` and `high`."""
        text = self.text(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not low <= int(text) <= high:
            raise bad(name, f"{name} n'est pas un entier de {low} à {high}.", "Corriger la valeur.")
        return int(text)

    def boolean(self, name: str, default: bool) -> bool:
        """`true` or `false`."""
        text = self.text(name)
        if text is None:
            return default
        if text not in ("true", "false"):
            raise bad(name, f"{name} vaut true ou false.", "Corriger la valeur.")
        return text == "true"
