"""What the readers of plain JSON bodies share (`/api`): a refusal that names the place, and no key unread."""

from collections.abc import Collection

from api.fhir.json import JsonObject
from kernel.errors import Invalid


def bad_body(path: str, message: str, hint: str = "Corriger le corps de la requête.") -> Invalid:
    """A refusal that names the place."""
    return Invalid.because("bad-parameter", message, hint, path)


def only(body: JsonObject, path: str, known: Collection[str]) -> None:
    """Refuses any other key of the object that stands at `path`; one that is read past is among the known."""
    for name in body:
        if name not in known:
            where = f"{path}.{name[:60]}".lstrip(".")
            raise bad_body(where, f"Clé inconnue : {name[:60]}.", f"Connues : {', '.join(known)}.")
