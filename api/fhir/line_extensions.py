"""The extensions of a line below our base: flags, target, preconditions, instructions, channels of return."""

from dataclasses import dataclass, fields

from api.fhir.datatypes import (
    present,
    read_instruction,
    read_target,
    write_day,
    write_instruction,
    write_target,
)
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.result_return import read_result_returns, write_result_returns
from api.fhir.systems import extension
from prescription.line import Flags, Instruction, Line, Precondition, ResultReturn, Target

_FLAGS = tuple((field.name, field.name.replace("_", "-")) for field in fields(Flags))


@dataclass(frozen=True, slots=True)
class LineExtensions:
    """Those fields of Line that travel as extensions, under the same names."""

    flags: Flags
    work_accident_detail: str | None
    target: Target | None
    preconditions: tuple[Precondition, ...]
    sampling_instructions: tuple[Instruction, ...]
    patient_instructions: tuple[Instruction, ...]
    result_returns: tuple[ResultReturn, ...]

    @classmethod
    def of(cls, line: Line) -> "LineExtensions":
        """Those of `line`."""
        return cls(**{f.name: getattr(line, f.name) for f in fields(cls)})


def read_line_extensions(element: Element, base: str) -> LineExtensions:
    """The extensions of a ServiceRequest."""
    target = None
    if holder := element.extension(extension(base, "target")):
        bounds = holder.child("valueRange", required=True)
        target = read_target(bounds) if bounds else None
        holder.close()
    detail = None
    if holder := element.extension(extension(base, "work-accident-detail")):
        detail = holder.text("valueString", required=True)
        holder.close()
    return LineExtensions(
        flags=Flags(**{name: read_boolean_extension(element, extension(base, url)) for name, url in _FLAGS}),
        work_accident_detail=detail,
        target=target,
        preconditions=_read_preconditions(element, base),
        sampling_instructions=_read_instructions(element, base, "sampling-instruction"),
        patient_instructions=_read_instructions(element, base, "patient-instruction"),
        result_returns=read_result_returns(element, base),
    )


def read_boolean_extension(element: Element, url: str) -> bool:
    """A boolean extension; absent is false."""
    holder = element.extension(url)
    if holder is None:
        return False
    value = holder.boolean("valueBoolean")
    if not holder.has("valueBoolean"):
        holder.wrong("La valeur manque.", "Écrire valueBoolean.", "valueBoolean")
    holder.close()
    return bool(value)


def _read_preconditions(element: Element, base: str) -> tuple[Precondition, ...]:
    found = []
    for holder in element.extensions(extension(base, "precondition")):
        text = not_after = None
        if part := holder.extension("text"):
            text = part.text("valueString", required=True)
            part.close()
        else:
            holder.wrong("La condition n'a pas de texte.", "Ajouter la sous-extension text.")
        if part := holder.extension("not-after"):
            not_after = part.day("valueDate")
            part.close()
        holder.close()
        if text is not None:
            found.append(Precondition(text, not_after))
    return tuple(found)


def _read_instructions(element: Element, base: str, name: str) -> tuple[Instruction, ...]:
    found = []
    for holder in element.extensions(extension(base, name)):
        concept = holder.child("valueCodeableConcept", required=True)
        holder.close()
        if concept is not None:
            found.append(read_instruction(concept))
    return tuple(instruction for instruction in found if instruction is not None)


def write_line_extensions(values: LineExtensions, base: str) -> list[JsonObject]:
    """The extensions of a ServiceRequest; the five flags are always written."""
    written: list[JsonObject] = [
        {"url": extension(base, url), "valueBoolean": getattr(values.flags, name)} for name, url in _FLAGS
    ]
    if values.work_accident_detail:
        url = extension(base, "work-accident-detail")
        written.append({"url": url, "valueString": values.work_accident_detail})
    if values.target is not None:
        written.append({"url": extension(base, "target"), "valueRange": write_target(values.target)})
    for precondition in values.preconditions:
        written.append({"url": extension(base, "precondition"), "extension": _write_precondition(precondition)})
    for name, instructions in (
        ("sampling-instruction", values.sampling_instructions),
        ("patient-instruction", values.patient_instructions),
    ):
        for item in instructions:
            written.append({"url": extension(base, name), "valueCodeableConcept": write_instruction(item)})
    return written + write_result_returns(values.result_returns, base)


def _write_precondition(precondition: Precondition) -> list[JsonObject]:
    parts = [
        present({"url": "text", "valueString": precondition.text}),
        present({"url": "not-after", "valueDate": write_day(precondition.not_after)}),
    ]
    return [part for part in parts if len(part) > 1]
