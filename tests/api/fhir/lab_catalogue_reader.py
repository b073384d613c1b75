"""Reads the Bundle of a laboratory's catalogue back into exams, as a client could: by its entries and references."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from api.fhir.json import parse
from terminology.coding import Coding
from terminology.lab_catalogue import (
    Container,
    Interval,
    LabExam,
    Measure,
    Nature,
    Priority,
    Quantity,
    ReferenceRange,
    ReportingPriority,
    Transport,
    ValueType,
)
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, LOINC

Json = Mapping[str, Any]
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEX = {"female": "F", "male": "M"}


@dataclass(frozen=True)
class CatalogueReader:
    """A Bundle, its resources by their `fullUrl`."""

    bundle: Json
    base: str
    by_url: Mapping[str, Json]

    @classmethod
    def of(cls, content: bytes, base: str) -> "CatalogueReader":
        """The reader of a Bundle as bytes; `base` begins the canonical URIs."""
        bundle: Json = parse(content)
        return cls(bundle, base, {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]})

    def of_type(self, kind: str) -> dict[str, Json]:
        """The resources of a type, by local code."""
        return {r["identifier"][0]["value"]: r for r in self.by_url.values() if r["resourceType"] == kind}

    def exams(self) -> tuple[LabExam, ...]:
        """The exams, in the order of their results; without the dates of their last change and of their start."""
        plans, performed = self.of_type("PlanDefinition"), self.of_type("ActivityDefinition")
        results = self.of_type("ObservationDefinition").items()
        return tuple(self._exam(code, result, plans.get(code), performed.get(code, {})) for code, result in results)

    def _exam(self, code: str, result: Json, plan: Json | None, how: Json) -> LabExam:
        codings = result["code"]["coding"]
        loinc = next((self._coding(c) for c in codings if c["system"] == LOINC), None)
        specimens = [self._resolve(reference) for reference in how.get("specimenRequirement", ())]
        given = tuple(map(self._code_of, how.get("observationResultRequirement", ())))
        preparations = {p["text"] for s in specimens for p in s.get("patientPreparation", ())}
        method = result.get("method", {})
        subcontractors = _extensions(how, "subcontractor")
        contraindication = _extension(how, "contraindication")
        site = next(iter(how.get("bodySite", ())), None)
        chapter = next((c for each in result.get("category", ()) for c in each["coding"] if c["system"] == LOINC), None)
        comparable, reporting = _extension(result, "comparable-from"), _extension(how, "reporting-priority")
        if plan is not None:
            assert plan["title"] == result["code"]["text"]
            assert _extensions(plan, "synonym") == _extensions(result, "synonym")
            assert plan.get("description", "") == _extension(result, "reference-label", "")
        return LabExam(
            local_code=code,
            label=result["code"]["text"],
            loinc=loinc,
            loinc_preferred=loinc is None or codings[0]["system"] == LOINC,
            value_types=tuple(map(ValueType, _extensions(result, "value-type"))),
            specimen_required=_extension(how, "specimen-required", False),
            purpose=how.get("purpose", ""),
            nabm=tuple(map(self._act, how.get("relatedArtifact", ()))),
            synonyms=tuple(_extensions(result, "synonym")),
            printed_label=result.get("preferredReportName", ""),
            mnemonic=_extension(result, "mnemonic", ""),
            reference_label=_extension(result, "reference-label", ""),
            orderable=plan is not None,
            techniques=self._codings(method),
            sections=tuple(c for topic in how.get("topic", ()) for c in self._codings(topic)),
            nature=Nature(_extension(result, "nature")),
            chapter=self._coding(chapter) if chapter else None,
            rank=_extension(result, "rank", ""),
            comparable_from=datetime.fromisoformat(comparable) if comparable else None,
            turnaround_minutes=_extension(how, "turnaround", {}).get("value"),
            processing_minutes=_extension(how, "processing-time", {}).get("value"),
            processing_priorities=tuple(map(Priority, _extensions(how, "processing-priority"))),
            reporting_priority=ReportingPriority(reporting) if reporting else None,
            subcontractors=tuple(
                Coding(s["identifier"]["system"], s["identifier"]["value"], s.get("display", ""))
                for s in subcontractors
            ),
            required_information=tuple(map(self._code_of, how.get("observationRequirement", ()))),
            interpretation=how.get("usage", ""),
            contraindication=self._codings(contraindication)[0] if contraindication else None,
            reflex_exams=tuple(map(self._code_of, _extensions(how, "reflex-exam"))),
            reflex_rule=_extension(how, "reflex-rule", ""),
            patient_preparation="".join(preparations),
            factors=_extension(how, "factors", ""),
            schedule=_schedule(how),
            method_text=method.get("text", ""),
            anatomic_site=self._codings(site)[0] if site else None,
            measure=self._measure(result),
            answer_list=self._list(result.get("validCodedValueSet")),
            normal_answers=self._answers(result, "normal"),
            abnormal_answers=self._answers(result, "abnormal"),
            critical_answers=self._answers(result, "critical"),
            containers=tuple(self._container(s, tested) for s in specimens for tested in s.get("typeTested", ())),
            members=() if given in ((), (code,)) else given,
            derivation_rule=_extension(result, "derivation-rule", ""),
        )

    def _resolve(self, reference: Json) -> Json:
        folder = self.bundle["link"][0]["url"].partition("/Bundle/")[0]
        return self.by_url[f"{folder}/{reference['reference']}"]

    def _code_of(self, reference: Json) -> str:
        return str(self._resolve(reference)["identifier"][0]["value"])

    def _act(self, artifact: Json) -> Coding:
        url, _, version = artifact["resource"].partition("|")
        act = self._resolve({"reference": "/".join(url.split("/")[-2:])})
        assert (act["url"], act["version"]) == (url, version)
        code = act["code"]["coding"][0]
        return Coding(code["system"], code["code"], artifact.get("display", ""))

    def _coding(self, coding: Json) -> Coding:
        return Coding(self._system(coding.get("system", "")), coding["code"], coding.get("display", ""))

    def _codings(self, concept: Json) -> tuple[Coding, ...]:
        return tuple(map(self._coding, concept.get("coding", ())))

    def _system(self, uri: str) -> str:
        """The laboratory's own name of a system, where the URI was made from it."""
        name, _, finess = uri.removeprefix(f"{self.base}/CodeSystem/").rpartition("-")
        if not uri.startswith(self.base):
            return uri
        assert finess == self.by_url[self.bundle["entry"][0]["fullUrl"]]["author"][0]["identifier"]["value"]
        return LOCAL_SYSTEM if name == "codes-locaux" else name

    def _list(self, reference: Json | None) -> Coding | None:
        if reference is None:
            return None
        identifier = reference["identifier"]
        return Coding(self._system(identifier["system"]), identifier["value"], reference.get("display", ""))

    def _answers(self, result: Json, name: str) -> tuple[Coding, ...]:
        reference = result.get(f"{name}CodedValueSet", {}).get("reference")
        held = {f"#{each['id']}": each for each in result.get("contained", ())}
        return tuple(
            self._coding({"system": include["system"], **concept})
            for include in (held[reference]["compose"]["include"] if reference else ())
            for concept in include["concept"]
        )

    def _measure(self, result: Json) -> Measure | None:
        told = result.get("quantitativeDetails")
        if told is None:
            return None
        units = {name: next(iter(self._codings(told.get(name, {}))), None) for name in ("customaryUnit", "unit")}
        intervals = result.get("qualifiedInterval", ())
        ranges = {
            kind: tuple(_range(each) for each in intervals if each["category"] == kind)
            for kind in ("reference", "critical")
        }
        return Measure(
            units["customaryUnit"],
            _extension(told, "precision", ""),
            units["unit"],
            _extension(told, "si-factor"),
            ranges["reference"],
            ranges["critical"],
        )

    def _container(self, specimen: Json, tested: Json) -> Container:
        container, handling = tested["container"], next(iter(tested.get("handling", ())), {})
        additive = container.get("additive")
        return Container(
            description=container["description"],
            derived=tested["isDerived"],
            volume=_quantity(container.get("capacity")),
            specimen=self._codings(specimen["typeCollected"])[0] if "typeCollected" in specimen else None,
            additive=self._codings(additive[0]["additiveCodeableConcept"])[0] if additive else None,
            preparation=container.get("preparation", ""),
            transport=Transport(
                handling.get("temperatureQualifier", {}).get("text", ""),
                handling.get("maxDuration", {}).get("value"),
                handling.get("instruction", ""),
            ),
            usual_volume=_quantity(_extension(container, "usual-volume")),
            minimum_volume=_quantity(container.get("minimumVolumeQuantity")),
            collection="".join(each["text"] for each in specimen.get("collection", ())),
            choice=_extension(tested, "choice"),
            priorities=tuple(map(Priority, _extensions(tested, "accepted-priority"))),
            retention=_quantity(tested.get("retentionTime")),
        )


def _extensions(element: Json, name: str) -> list[Any]:
    found = (e for e in element.get("extension", ()) if e["url"].endswith(f"/lab-{name}"))
    return [value for e in found for key, value in e.items() if key != "url"]


def _extension(element: Json, name: str, absent: Any = None) -> Any:
    return next(iter(_extensions(element, name)), absent)


def _schedule(how: Json) -> tuple[str, ...]:
    days = how.get("timingTiming", {}).get("repeat", {}).get("dayOfWeek", ())
    return tuple(f"QJ{_DAYS.index(day) + 1}" for day in days) or tuple(_extensions(how, "schedule"))


def _quantity(quantity: Json | None) -> Quantity | None:
    if quantity is None:
        return None
    unit = Coding(quantity["system"], quantity["code"], quantity["unit"]) if "code" in quantity else None
    return Quantity(_decimal(quantity["value"]), unit)


def _interval(range_: Json | None) -> Interval:
    bounds = [(range_ or {}).get(end, {}).get("value") for end in ("low", "high")]
    return Interval(*(None if bound is None else _decimal(bound) for bound in bounds))


def _range(interval: Json) -> ReferenceRange:
    return ReferenceRange(
        _interval(interval.get("range")),
        _SEX.get(interval.get("gender", ""), ""),
        _interval(interval.get("age")),
        _interval(interval.get("gestationalAge")),
        interval.get("condition", ""),
    )


def _decimal(number: Decimal | int) -> Decimal:
    return Decimal(number)
