"""Who may do what: every call of the application by every role, and by nobody (interface.md §1, §3).

A route that stands in neither table below fails, so that none is ever opened to all by oversight.
"""

from collections.abc import Callable, Iterator
from itertools import product

import httpx2
import pytest

from api.openapi.described import every_route
from api.openapi.document import methods_of
from prescription.caller import Role
from prescription.epu_code import EpuCode
from tests.api.documents import PATIENT as PATIENT_OF_EXAMPLES
from tests.api.documents import TOKEN as INS_TOKEN
from tests.api.documents import choose, deliver, document_of, fed, handed_over, search
from tests.api.service import (
    BIOLOGIST,
    LABORATORY,
    PRESCRIBER,
    SAMPLER,
    Json,
    Service,
    example,
    issues,
    lines,
    parameters,
    value,
)
from tests.api.test_assist import resource_parameter
from tests.api.test_baskets import OWN, call, made
from tests.api.test_epu_operations import patient_of
from tests.api.test_identities import PATIENT, SCAN
from tests.api.test_lcsd import bearer, drafted, lcsd, publish, save, subscribe, withdraw
from tests.api.test_transcoding import FILE, FINESS, delete, get, mapping_path, proposal, put

Route = tuple[str, str]
CALLERS = {
    Role.PRESCRIBER: PRESCRIBER,
    Role.SAMPLER: SAMPLER,
    Role.LABORATORY: LABORATORY,
    Role.BIOLOGIST: BIOLOGIST,
    Role.PATIENT: PATIENT_OF_EXAMPLES,
    Role.OPERATOR: "operator::",
}
SITE = {Role.LABORATORY, Role.BIOLOGIST}
CAREGIVERS = SITE | {Role.PRESCRIBER, Role.SAMPLER}
BASKETS = {Role.PRESCRIBER, Role.OPERATOR}
TRANSCODING = SITE | {Role.OPERATOR}
EXAM = "/api/transcodage/{finess}/examens/{code:path}"
LAB = "/fhir/laboratoires/{finess}"
LCSD = "/api/lcsd/{finess}"
MAPPING = f"{EXAM}/correspondances/{{kind}}"

ALLOWED: dict[Route, set[Role]] = {
    ("POST", "/fhir/$epu-create"): {Role.PRESCRIBER},
    ("POST", "/fhir/Bundle/$assist"): {Role.PRESCRIBER},
    ("POST", "/fhir/$epu-retrieve"): {Role.PRESCRIBER, Role.SAMPLER} | SITE,
    ("POST", "/fhir/$epu-claim"): SITE,
    ("POST", "/fhir/$epu-release"): SITE,
    ("POST", "/fhir/$epu-adapt"): {Role.BIOLOGIST},
    ("POST", "/fhir/$epu-report"): {Role.SAMPLER} | SITE,
    ("POST", "/fhir/$epu-cancel"): {Role.PRESCRIBER},
    ("POST", "/fhir/$epu-status"): {Role.PRESCRIBER},
    ("POST", "/fhir/$epu-list"): {Role.PRESCRIBER},
    ("POST", "/fhir/$document-feed"): {Role.PRESCRIBER},
    ("POST", "/fhir/$document-identity"): {Role.PRESCRIBER},
    ("POST", "/fhir/$document-withdraw"): {Role.PRESCRIBER},
    ("POST", "/fhir/$document-status"): {Role.PRESCRIBER},
    ("POST", "/fhir/$document-visibility"): CAREGIVERS,
    ("POST", "/fhir/$document-choice"): CAREGIVERS | {Role.PATIENT},
    ("POST", "/fhir/$document-resend"): {Role.PRESCRIBER, Role.OPERATOR},
    ("POST", "/fhir/$document-reprint"): {Role.PRESCRIBER, Role.PATIENT},
    ("POST", "/fhir/DocumentReference/_search"): CAREGIVERS | {Role.PATIENT},
    ("GET", "/fhir/Binary/{id}"): CAREGIVERS | {Role.PATIENT},
    ("GET", "/api/documents/envois"): {Role.OPERATOR},
    ("GET", "/api/documents/tableau-de-bord"): CAREGIVERS | {Role.OPERATOR},
    ("GET", "/api/transcodage"): TRANSCODING,
    ("GET", "/api/transcodage/{finess}/colonnes"): TRANSCODING,
    ("PUT", "/api/transcodage/{finess}/colonnes"): TRANSCODING,
    ("POST", "/api/transcodage/{finess}/import"): TRANSCODING,
    ("GET", "/api/transcodage/{finess}/examens"): TRANSCODING,
    ("GET", EXAM): TRANSCODING,
    ("GET", f"{EXAM}/propositions"): TRANSCODING,
    ("GET", MAPPING): TRANSCODING,
    ("PUT", MAPPING): SITE,
    ("DELETE", MAPPING): SITE,
    ("POST", "/api/transcodage/{finess}/validations"): {Role.BIOLOGIST},
    ("GET", "/api/transcodage/tableau-de-bord"): {Role.OPERATOR},
    ("GET", "/api/transcodage/{finess}/tableau-de-bord"): TRANSCODING,
    ("GET", "/api/transcodage/{finess}/historique"): TRANSCODING,
    ("GET", "/api/transcodage/{finess}/export"): TRANSCODING,
    **{
        ("POST", f"/api/{name}"): CAREGIVERS for name in ("ins/recuperer", "ins/verifier", "ins/lire", "cog/rechercher")
    },
    ("GET", "/api/paniers"): BASKETS,
    ("POST", "/api/paniers"): BASKETS,
    ("GET", "/api/paniers/{id}"): BASKETS,
    ("PUT", "/api/paniers/{id}"): BASKETS,
    ("DELETE", "/api/paniers/{id}"): BASKETS,
    ("GET", "/api/paniers/{id}/versions"): BASKETS,
    ("POST", "/api/paniers/{id}/inserer"): BASKETS,
    ("GET", "/api/lcsd/{finess}"): TRANSCODING,
    **{("GET", f"{LCSD}/{end}"): TRANSCODING for end in ("versions/{number}", "versions/{number}/differences")},
    **{("GET", f"{LCSD}/{end}"): TRANSCODING for end in ("brouillon", "correspondances", "abonnes")},
    ("GET", f"{LCSD}/abonnes/{{name}}"): TRANSCODING,
    ("PUT", f"{LCSD}/brouillon"): TRANSCODING,
    ("POST", f"{LCSD}/brouillon/verification"): TRANSCODING,
    ("POST", f"{LCSD}/brouillon/publication"): {Role.BIOLOGIST, Role.OPERATOR},
    ("POST", f"{LCSD}/retrait"): {Role.BIOLOGIST, Role.OPERATOR},
    ("PUT", f"{LCSD}/abonnes/{{name}}"): {Role.OPERATOR},
    ("DELETE", f"{LCSD}/abonnes/{{name}}"): {Role.OPERATOR},
    ("POST", f"{LCSD}/abonnes/{{name}}/renvoi"): {Role.BIOLOGIST, Role.OPERATOR},
    ("GET", "/api/laboratoires/{finess}/publications"): {Role.OPERATOR},
    ("GET", "/api/laboratoires/{finess}/notes"): {Role.OPERATOR},
    ("PUT", "/api/laboratoires/{finess}/notes/{code:path}"): {Role.OPERATOR},
}


def _open_to_all() -> Iterator[Route]:
    for path in (
        *("/health/live", "/health/ready", "/openapi.json", "/fhir/metadata"),
        *("/api/examens", "/api/laboratoires/{finess}/examens"),
        *("/api/jeux-de-valeurs", "/api/jeux-de-valeurs/diff"),
        *("/api/jeux-de-valeurs/{name}", "/api/jeux-de-valeurs/{name}/rapport"),
        *("/catalogue", "/catalogue/version", "/catalogue/diff"),
        *("/static/{file}", "/", "/bienvenue", "/prescrire", "/laboratoire", "/exploitation"),
        "/mon-ordonnance",
        *(f"{LAB}/metadata", f"{LAB}/Bundle/{{id}}", f"{LAB}/Composition/{{id}}", f"{LAB}/ChargeItemDefinition/{{id}}"),
        *(f"{LAB}/{kind}Definition/{{id}}" for kind in ("Plan", "Activity", "Observation", "Specimen")),
    ):
        yield "GET", path
    for path in (
        *("/fhir", "/fhir/", "/fhir/Bundle/$validate", "/fhir/Bundle/$print"),
        *("/api/resultats/comparer", "/api/resultats/convertir"),
    ):
        yield "POST", path
    for kind, operations in {
        "CodeSystem": ("$lookup", "$validate-code", "$subsumes", "$find-matches"),
        "ValueSet": ("$expand", "$validate-code"),
        "ConceptMap": ("$translate",),
    }.items():
        for method, on_one, name in product(("GET", "POST"), ("", "/{id}"), operations):
            yield method, f"/fhir/{kind}{on_one}/{name}"
    for method, where in product(("GET", "POST"), ("/fhir", "/fhir/ConceptMap")):
        yield method, f"{where}/$closure"
    for kind in (
        *("CodeSystem", "ValueSet", "ConceptMap", "Questionnaire"),
        *("ActivityDefinition", "PlanDefinition", "ObservationDefinition", "SpecimenDefinition"),
    ):
        yield from (("GET", f"/fhir/{kind}{end}") for end in ("", "/_search", "/{id}"))
        yield "POST", f"/fhir/{kind}/_search"


OPEN_TO_ALL = frozenset(_open_to_all())


@pytest.fixture(scope="module", autouse=True)
def _laboratory(service: Service) -> None:
    assert _import(service, LABORATORY).status_code == 200


def test_every_route_says_who_may_call_it(service: Service) -> None:
    routes = every_route(service.client.app.routes)  # type: ignore[attr-defined]
    routed = {(method, getattr(route, "path", "")) for route in routes for method in methods_of(route)}
    assert OPEN_TO_ALL.isdisjoint(ALLOWED)
    assert routed == OPEN_TO_ALL | set(ALLOWED)


@pytest.mark.parametrize("route", ALLOWED, ids=" ".join)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(service: Service, route: Route, role: Role) -> None:
    answer = _calls()[route](service, CALLERS[role])
    if role in ALLOWED[route]:
        assert answer.is_success, answer.text
    else:
        assert (answer.status_code, [code for _, code in issues(answer)]) == (403, ["role"])


@pytest.mark.parametrize("route", ALLOWED, ids=" ".join)
def test_without_a_token_nothing_of_it_is_done(service: Service, route: Route) -> None:
    method, path = route
    answer = service.client.request(method, _filled(path), json={"resourceType": "Parameters"})
    assert (answer.status_code, issues(answer)) == (401, [("error", "token")])
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("caller", [None, "nonsense", *CALLERS.values()])
def test_what_is_open_to_all_asks_for_no_token_and_looks_at_none(service: Service, caller: str | None) -> None:
    headers = {"Authorization": f"Bearer dev:{caller}"} if caller else {}
    for method, path in sorted(OPEN_TO_ALL):
        answer = service.client.request(method, _filled(path), json={}, headers=headers)
        assert answer.status_code not in (401, 403, 500), (method, path)


@pytest.mark.parametrize("caller", ["laboratory::750000028", "biologist:89900000001:750000028"])
def test_a_laboratory_and_its_biologist_reach_no_other_site(service: Service, caller: str) -> None:
    for route in ALLOWED:
        if "{finess}" in route[1]:
            answer = _calls()[route](service, caller)
            assert (answer.status_code, [code for _, code in issues(answer)]) == (403, ["not-owner"]), route


def _filled(path: str) -> str:
    places = {"{finess}": FINESS, "{code:path}": "GLYJ", "{kind}": "analyse", "{id}": "loinc", "{name}": "active"}
    places |= {"{number}": "1", "{file}": "prescrire.js"}
    for place, text in places.items():
        path = path.replace(place, text)
    return path


Call = Callable[[Service, str], httpx2.Response]


def _calls() -> dict[Route, Call]:
    """How each route is called so that it succeeds, whoever calls; each call has its own order or mapping."""
    told: dict[Route, Call] = {
        (method, path): lambda service, caller, path=path: get(service, _filled(path), caller)  # type: ignore[misc]
        for method, path in ALLOWED
        if method == "GET"
    }
    return told | {
        ("GET", MAPPING): _read_mapping,
        ("PUT", MAPPING): _propose,
        ("DELETE", MAPPING): _delete_mapping,
        ("POST", "/api/transcodage/{finess}/validations"): _validate,
        ("PUT", "/api/transcodage/{finess}/colonnes"): _choose_columns,
        ("POST", "/api/transcodage/{finess}/import"): _import,
        **{("GET", f"/api/paniers{end}"): _reads_a_basket(end) for end in ("/{id}", "/{id}/versions")},
        ("POST", "/api/paniers"): lambda service, caller: call(service, "POST", "", _basket(caller), caller),
        ("PUT", "/api/paniers/{id}"): _changes_a_basket("PUT"),
        ("DELETE", "/api/paniers/{id}"): _changes_a_basket("DELETE"),
        ("POST", "/api/paniers/{id}/inserer"): _inserts_a_basket,
        **{("GET", f"{LCSD}/{end}"): _reads_a_draft(end) for end in ("brouillon", "versions/{number}")},
        ("GET", f"{LCSD}/versions/{{number}}/differences"): _reads_a_draft("versions/{number}/differences"),
        ("PUT", f"{LCSD}/brouillon"): lambda service, caller: save(service, caller, revision=drafted(service)),
        ("POST", f"{LCSD}/brouillon/verification"): lambda service, caller: (
            drafted(service) and lcsd(service, "POST", "brouillon/verification", caller)
        ),
        ("POST", f"{LCSD}/brouillon/publication"): lambda service, caller: publish(service, caller),
        ("POST", f"{LCSD}/retrait"): lambda service, caller: withdraw(service, caller),
        ("GET", f"{LCSD}/abonnes/{{name}}"): lambda service, caller: (
            subscribe(service) and lcsd(service, "GET", "abonnes/active", caller)
        ),
        ("PUT", f"{LCSD}/abonnes/{{name}}"): lambda service, caller: subscribe(service, caller),
        ("DELETE", f"{LCSD}/abonnes/{{name}}"): lambda service, caller: (
            subscribe(service) and lcsd(service, "DELETE", "abonnes/active", caller)
        ),
        ("POST", f"{LCSD}/abonnes/{{name}}/renvoi"): lambda service, caller: (
            subscribe(service) and lcsd(service, "POST", "abonnes/active/renvoi", caller)
        ),
        ("PUT", "/api/laboratoires/{finess}/notes/{code:path}"): lambda service, caller: service.client.put(
            f"/api/laboratoires/{FINESS}/notes/GLYJ", json={"text": "à jeun"}, headers=bearer(caller)
        ),
        ("POST", "/api/ins/recuperer"): _identity("ins/recuperer", patient=PATIENT),
        ("POST", "/api/ins/verifier"): _identity("ins/verifier", patient=PATIENT),
        ("POST", "/api/ins/lire"): _identity("ins/lire", content=SCAN),
        ("POST", "/api/cog/rechercher"): _identity("cog/rechercher", text="amb"),
        ("POST", "/fhir/Bundle/$assist"): lambda service, caller: service.post(
            "/fhir/Bundle/$assist", resource_parameter(example(1)), caller
        ),
        ("POST", "/fhir/$epu-create"): lambda service, caller: service.post("/fhir/$epu-create", example(1), caller),
        ("POST", "/fhir/$epu-list"): lambda service, caller: service.post("/fhir/$epu-list", _NOTHING, caller),
        **{("POST", f"/fhir/$epu-{name}"): _on_an_order(name) for name in _ON_AN_ORDER},
        **{("POST", f"/fhir/$document-{name}"): _on_a_document(name) for name in _ON_A_DOCUMENT},
        ("POST", "/fhir/$document-choice"): lambda service, caller: choose(service, "consult", "agreed", caller),
        ("POST", "/fhir/DocumentReference/_search"): lambda service, caller: (
            choose(service, "consult", "agreed") and search(service, caller, patient=INS_TOKEN)
        ),
        ("GET", "/fhir/Binary/{id}"): lambda service, caller: (
            choose(service, "consult", "agreed")
            and get(service, f"/fhir/Binary/{_document(service)['id']}-pdf", caller)
        ),
        ("GET", "/api/documents/tableau-de-bord"): lambda service, caller: get(
            service, "/api/documents/tableau-de-bord", _at_a_site(caller)
        ),
    }


_NOTHING: Json = {"resourceType": "Parameters"}
_ON_A_DOCUMENT = ("feed", "identity", "withdraw", "status", "visibility", "resend", "reprint")
_ON_AN_ORDER = ("retrieve", "claim", "release", "adapt", "report", "cancel", "status")


def _on_an_order(name: str) -> Call:
    def call(service: Service, caller: str) -> httpx2.Response:
        made = service.create()
        code, version = value(made, "code"), 1
        if name == "release":
            assert service.post("/fhir/$epu-claim", parameters(code), LABORATORY, 1).is_success
            version = 2
        more = _asked(name, lines(made)[0]["id"], "sampled" if caller == SAMPLER else "done")
        return service.post(f"/fhir/$epu-{name}", parameters(code, *more), caller, version)

    return call


def _on_a_document(name: str) -> Call:
    def call(service: Service, caller: str) -> httpx2.Response:
        return service.post(f"/fhir/$document-{name}", _asked_of_a_document(service, name, caller), caller)

    return call


def _asked_of_a_document(service: Service, name: str, caller: str) -> Json:
    """What makes an operation on a document succeed for who may do it."""
    if name == "reprint":
        return _text("document", _document(service)["id"])
    if name == "visibility" and caller != PRESCRIBER:
        assert choose(service, "consult", "agreed").is_success
        return _text("document", _document(service)["id"])
    made = value(service.create(), "code")
    if name == "feed":
        return handed_over(made)
    if name == "resend":
        deliver(service)  # the mail stays: no server takes it here
        told = service.post("/fhir/$document-status", parameters(made), PRESCRIBER).json()["parameter"][0]["part"]
        *_, mail = (part["part"] for part in told if part["name"] == "departure")
        return _text("departure", mail[0]["valueString"])
    if name == "identity":
        order = example(1)
        patient = patient_of(order)
        qualified = {"name": "patient", "resource": patient_of(example(1))}
        patient.pop("identifier")
        made = EpuCode.generate().value
        reliability = next(e for e in patient["extension"] if "reliability" in e["url"])
        reliability["extension"][0]["valueCoding"]["code"] = "VALI"
        assert service.post("/fhir/$document-feed", handed_over(made, order), PRESCRIBER).is_success
        return parameters(made, qualified)
    return parameters(made)


def _text(name: str, text: str) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": name, "valueString": text}]}


def _document(service: Service) -> Json:
    """A document that is in the store."""
    return document_of(service, fed(service))


def _at_a_site(caller: str) -> str:
    """The same caller at a structure, whose figures are his own."""
    return caller + "750000010" if caller.endswith(":") and not caller.startswith("operator") else caller


def _asked(name: str, line: str, result: str) -> list[Json]:
    """What an operation asks for beside the code."""
    if name == "report":
        performed = {"name": "performed", "valueDateTime": "2026-11-21T08:00:00+01:00"}
        told = [{"name": "line", "valueUri": line}, {"name": "result", "valueCode": result}, performed]
        return [{"name": "report", "part": told}]
    if name == "adapt":
        removed = [{"name": "action", "valueCode": "remove"}, {"name": "line", "valueUri": line}]
        change = {"name": "change", "part": [*removed, {"name": "reason", "valueCode": "other"}]}
        return [{"name": "prescriber-contact", "valueCode": "informed"}, change]
    return []


def _basket(caller: str) -> Json:
    """A basket that this caller may keep; others get the operator's."""
    return OWN if caller == PRESCRIBER else {**OWN, "owner": {"specialty": "SM26"}}


def _kept_basket(service: Service, caller: str) -> str:
    owner = PRESCRIBER if caller == PRESCRIBER else CALLERS[Role.OPERATOR]
    kept: str = made(service, _basket(owner), owner)["id"]
    return kept


def _reads_a_basket(end: str) -> Call:
    return lambda service, caller: call(
        service, "GET", end.replace("{id}", _kept_basket(service, caller)), None, caller
    )


def _changes_a_basket(method: str) -> Call:
    def change(service: Service, caller: str) -> httpx2.Response:
        path, sent = f"/{_kept_basket(service, caller)}", _basket(caller) if method == "PUT" else None
        return call(service, method, path, sent, caller, **{"If-Match": 'W/"1"'})

    return change


def _inserts_a_basket(service: Service, caller: str) -> httpx2.Response:
    order = example(1)
    order["entry"][0]["resource"]["status"] = "draft"
    return call(service, "POST", "/bilan-renal/inserer", order, caller)


def _reads_a_draft(end: str) -> Call:
    return lambda service, caller: drafted(service) and get(service, _filled(f"{LCSD}/{end}"), caller)


def _identity(path: str, **body: object) -> Call:
    return lambda service, caller: service.post(f"/api/{path}", body, caller)


def _import(service: Service, caller: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer dev:{caller}", "Content-Type": "text/csv"}
    path = f"/api/transcodage/{FINESS}/import"
    return service.client.post(path, content=FILE.encode(), params={"nom": "LBM A"}, headers=headers)


def _choose_columns(service: Service, caller: str) -> httpx2.Response:
    columns = {"local_code": "Code local", "label": "Libellé"}
    return service.client.put(
        f"/api/transcodage/{FINESS}/colonnes", json=columns, headers={"Authorization": f"Bearer dev:{caller}"}
    )


def _proposed(service: Service) -> int:
    """The version of a mapping just proposed, whatever was there."""
    _nothing_proposed(service)
    version: int = put(service, mapping_path("GLYJ"), proposal("40193-5"), LABORATORY).json()["version"]
    return version


def _nothing_proposed(service: Service) -> None:
    held = get(service, mapping_path("GLYJ"))
    if held.is_success:
        assert delete(service, mapping_path("GLYJ"), held.json()["version"]).is_success


def _read_mapping(service: Service, caller: str) -> httpx2.Response:
    _proposed(service)
    return get(service, mapping_path("GLYJ"), caller)


def _propose(service: Service, caller: str) -> httpx2.Response:
    _nothing_proposed(service)
    return put(service, mapping_path("GLYJ"), proposal("40193-5"), caller)


def _delete_mapping(service: Service, caller: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer dev:{caller}", "If-Match": f'W/"{_proposed(service)}"'}
    return service.client.delete(mapping_path("GLYJ"), headers=headers)


def _validate(service: Service, caller: str) -> httpx2.Response:
    selection = [{"local_code": "GLYJ", "version": _proposed(service)}]
    return service.post(f"/api/transcodage/{FINESS}/validations", {"selection": selection}, caller)
