"""Reading and searching the resources of the terminology, described by the tables they are read by (`api/facade`)."""

from api.facade.matching import PREFIXES, STRING_MODIFIERS
from api.facade.parts import elements_of
from api.facade.result_parameters import ELEMENTS, OF_MANY, OF_ONE, PRETTY, SORT
from api.facade.search_parameters import PARAMETERS, Kind, SearchParameter
from api.fhir.json import JsonObject
from api.openapi.described import FHIR, FORM, Body, Described, Parameter
from api.openapi.fhir import searchset
from api.openapi.queries import of_query
from api.openapi.schema import TEXT, Schema, listed, one_of, record, ref

NOT_MODIFIED = Parameter("If-None-Match", "ETag déjà tenu : 304 s'il n'a pas changé", TEXT, where="header")
_PREFER = Parameter(
    "Prefer", "handling=strict refuse un paramètre inconnu, qui sinon est laissé de côté", TEXT, where="header"
)
_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"T{_CLOCK}(:[0-5][0-9](\.[0-9]+)?)?(Z|[+\-]{_CLOCK})?"
_DATE: Schema = {
    "type": "string",
    "pattern": f"^({'|'.join(PREFIXES)})?[1-9][0-9]{{3}}(-{_MONTH}(-{_DAY}({_TIME})?)?)?$",
}
_VALUE: Schema = {"type": "string", "pattern": "[^,]"}  # values stand between commas; one at least
_REFUSALS = (400, 404, 406, 410)


def described_read(kind: str) -> Described:
    """The reading of a resource of this type."""
    return Described(
        f"Lire une ressource {kind}",
        {FHIR: ref(kind)},
        (*_shaping(kind, (*of_query(OF_ONE),)), NOT_MODIFIED),
        refusals=_REFUSALS,
        status=(200, 304),
        etag=True,
    )


def described_search(kind: str) -> Described:
    """The search of this type by an address."""
    return Described(
        f"Chercher des ressources {kind}",
        {FHIR: searchset(kind)},
        (*_parameters(kind), _PREFER, NOT_MODIFIED),
        refusals=_REFUSALS,
        status=(200, 304),
        etag=True,
    )


def described_search_by_form(kind: str) -> Described:
    """The same by a form."""
    parameters = _parameters(kind)
    fields: dict[str, Schema] = {
        one.name: {**(listed(one.schema) if one.repeats else one.schema), "description": one.about}
        for one in parameters
    }
    joined = tuple(one.name for one in parameters if one.joined)
    return Described(
        f"Chercher des ressources {kind} par formulaire",
        {FHIR: searchset(kind)},
        (_PREFER,),
        Body((FORM,), record({}, fields), required=False, joined=joined),
        (*_REFUSALS, 413, 415),
        etag=True,
    )


def _parameters(kind: str) -> tuple[Parameter, ...]:
    found = (each for parameter in PARAMETERS[kind] for each in _with_modifiers(parameter))
    return (*found, *_shaping(kind, of_query((*OF_MANY, PRETTY))))


def _with_modifiers(parameter: SearchParameter) -> tuple[Parameter, ...]:
    modifiers = ("", *(f":{name}" for name in STRING_MODIFIERS)) if parameter.kind is Kind.STRING else ("",)
    schema = _DATE if parameter.kind is Kind.DATE else _VALUE
    about = f"{parameter.documentation} ({parameter.kind.value})"
    return tuple(Parameter(f"{parameter.name}{m}", about, schema, repeats=True) for m in modifiers)


def _shaping(kind: str, parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    """What shapes the answer, with the names that this type has."""
    sorted_by = [f"{sign}{one.name}" for one in PARAMETERS[kind] for sign in ("", "-")]
    names = {ELEMENTS.name: sorted(elements_of(kind)), SORT.name: sorted_by}
    return tuple(_of_names(one, names[one.name]) if one.name in names else one for one in parameters)


def _of_names(one: Parameter, names: list[str]) -> Parameter:
    schema: JsonObject = {"type": "array", "items": one_of(names), "minItems": 1}
    return Parameter(one.name, one.about, schema, joined=True)
