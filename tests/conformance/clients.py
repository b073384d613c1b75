"""Two stock FHIR clients asked the same questions: each says what it understood, in the same form, as plain JSON."""

import json
from typing import Any

from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import ResourceNotFound

from tests.conformance import java

Json = dict[str, Any]
LOINC = "http://loinc.org"
BASE = "https://circuit-biologie.invalid/fhir"
QUESTIONS = {
    "system_id": "loinc",
    "value_set_id": "demandes",
    "value_set": f"{BASE}/ValueSet/demandes",
    "target": "https://smt.esante.gouv.fr/terminologie-nabm",
    "system": LOINC,
    "code": "2842-3",
    "display": "hormone lactogene",
    "result": "2345-7",
    "unknown": "10000-8",
    "filter": "prl",
    "property": "nabm",
    "title": "glycémie",
    "count": 7,
}
"""`code` is a request, `result` a code that is none, `unknown` one that is not held; `count` the size of a page."""


def hapi(url: str) -> Json:
    """What HAPI's generic Java client understood; it checks `metadata` first and reads every answer strictly."""
    told = java.java("-cp", java.class_path("client"), "HapiClient", url, json.dumps(QUESTIONS))
    if told.returncode:
        raise RuntimeError(f"HapiClient broke down:\n{told.stdout}{told.stderr}")
    seen: Json = json.loads(told.stdout)
    return seen


def fhirpy(url: str) -> Json:
    """What fhirpy's synchronous client understood."""
    return _Fhirpy(url).seen()


class _Fhirpy:
    """The questions by fhirpy, one method each."""

    def __init__(self, url: str) -> None:
        self.client = SyncFHIRClient(url)

    def seen(self) -> Json:
        """All the answers."""
        ask = QUESTIONS
        concept = {"coding": [{"system": ask["system"], "code": ask["code"]}]}
        return {
            "capabilities": self.capabilities(),
            "read": self.read(),
            "pages": self.pages(),
            "found": self.found(),
            "expand": self.expand(),
            "lookup": self.lookup(),
            "in_system": self.verdict("CodeSystem", url=ask["system"], code=ask["code"], display=ask["display"]),
            "in_value_set": self.verdict("ValueSet", url=ask["value_set"], codeableConcept=concept),
            "not_in_value_set": self.verdict(
                "ValueSet", url=ask["value_set"], system=ask["system"], code=ask["result"]
            ),
            "translate": self.translate(),
            "subsumes": self.subsumes(),
            "batch": self.batch(),
            "refused": self.refused(),
        }

    def capabilities(self) -> Json:
        """The version of FHIR, and the operations on each type."""
        said = self.client.execute("metadata", method="get")
        types = said["rest"][0]["resource"]
        operations = [f"{kind['type']}/${one['name']}" for kind in types for one in kind.get("operation", ())]
        return {"version": said["fhirVersion"], "operations": operations}

    def read(self) -> Json:
        """A code system by its reference."""
        system = self.client.reference("CodeSystem", QUESTIONS["system_id"]).to_resource()
        return {"url": system["url"], "concepts": len(system["concept"])}

    def pages(self) -> Json:
        """Every value set, from page to page by the links, with no more than its title."""
        pages = self.client.resources("ValueSet").elements("title").limit(QUESTIONS["count"])
        return {"total": pages.count(), "ids": [one["id"] for one in pages]}

    def found(self) -> Json:
        """What one search finds by title, by url and by code."""
        systems, token = self.client.resources("CodeSystem"), f"{QUESTIONS['system']}|{QUESTIONS['code']}"
        searches = {
            "title": self.client.resources("ActivityDefinition").search(title__contains=QUESTIONS["title"]),
            "url": systems.search(url=QUESTIONS["system"]),
            "code": systems.search(code=token),
        }
        return {name: [one["id"] for one in search.fetch()] for name, search in searches.items()}

    def expand(self) -> Json:
        """The value set by what is typed."""
        value_set = self.client.reference("ValueSet", QUESTIONS["value_set_id"])
        found = value_set.execute("$expand", method="get", params={"filter": QUESTIONS["filter"], "count": 3})
        labels = [f"{one['code']} {one['display']}" for one in found["expansion"]["contains"]]
        return {"total": found["expansion"]["total"], "found": labels}

    def lookup(self) -> Json:
        """The label of a code, and the codes of one property."""
        told = self.ask("CodeSystem", "$lookup", system=QUESTIONS["system"], code=QUESTIONS["code"])
        properties = [_parts(one) for one in told["parameter"] if one["name"] == "property"]
        values = [one["value"]["code"] for one in properties if one["code"] == QUESTIONS["property"]]
        return {"display": _named(told["parameter"])["display"], "values": values}

    def verdict(self, kind: str, **given: object) -> Json:
        """Whether a code is valid, and its right label."""
        told = _named(self.ask(kind, "$validate-code", **given)["parameter"])
        return {name: told[name] for name in ("result", "display")}

    def translate(self) -> list[str]:
        """Every pairing of a code."""
        given = {"system": QUESTIONS["system"], "code": QUESTIONS["code"], "targetsystem": QUESTIONS["target"]}
        told = self.ask("ConceptMap", "$translate", **given)
        matches = [_parts(one) for one in told["parameter"] if one["name"] == "match"]
        return [f"{match['equivalence']} {match['concept']['code']}" for match in matches]

    def subsumes(self) -> object:
        """A code compared with itself."""
        code = QUESTIONS["code"]
        told = self.ask("CodeSystem", "$subsumes", system=QUESTIONS["system"], codeA=code, codeB=code)
        return _named(told["parameter"])["outcome"]

    def batch(self) -> list[str]:
        """The status of each of two reads, of which one is of nothing."""
        urls = [f"CodeSystem/{id_}" for id_ in (QUESTIONS["system_id"], "nulle-part")]
        entries = [{"request": {"method": "GET", "url": url}} for url in urls]
        told = self.client.execute("", data={"resourceType": "Bundle", "type": "batch", "entry": entries})
        return [entry["response"]["status"] for entry in told["entry"]]

    def refused(self) -> Json:
        """What is said of a code that is not held."""
        try:
            self.ask("CodeSystem", "$lookup", system=QUESTIONS["system"], code=QUESTIONS["unknown"])
        except ResourceNotFound as refused:
            return {"status": 404, "issue": json.loads(str(refused))["issue"][0]["code"]}
        return {}

    def ask(self, kind: str, operation: str, **given: object) -> Json:
        """One operation on a type, its parameters posted."""
        parameters = [{"name": name, _element(name): value} for name, value in given.items()]
        body = {"resourceType": "Parameters", "parameter": parameters}
        answer: Json = self.client.resources(kind).execute(operation, data=body)
        return answer


def _element(name: str) -> str:
    return {"codeableConcept": "valueCodeableConcept", "display": "valueString"}.get(
        name, "valueCode" if name.startswith("code") else "valueUri"
    )


def _named(parameters: list[Json]) -> Json:
    """The values of parameters that have one, by name."""
    return {one["name"]: value for one in parameters for key, value in one.items() if key.startswith("value")}


def _parts(parameter: Json) -> Json:
    return _named(parameter["part"])
