"""One line as a prescribed act (FR-Acte-biologie-prescrit 1.2.250.1.213.1.1.3.27.2), with its row of the narrative."""

from dataclasses import dataclass

from document import words
from document.answers import write_answer
from document.entries import LABELS, component, detail, identifier, observation
from document.narrative import Rows, content
from document.parts import write_instruction, write_instruction_value, write_return, write_rhythm, write_specimen
from document.people import write_role
from document.systems import (
    COMMENT,
    FLAGS,
    LOINC,
    ONE_INSTRUCTION_TEMPLATE,
    PATIENT_INSTRUCTION,
    RENEWAL,
    TEMPLATES,
    UNCODED_EXAM,
    URGENT_LINE,
    WAITING_CODES,
)
from document.values import reference_to, write_code, write_coding, write_day, write_instant, write_number
from document.xml import Element, make, templates
from prescription.documents.codes import Code
from prescription.labels import request_of
from prescription.line import CodedExam, CodeKind, Coverage, Instruction, Line, Precondition, Target, line_uuid
from terminology.catalogue import Catalogue
from terminology.coding import Coding

_BY_THE_AUTHOR = "NA"
"""The number of whoever asks for a line, when that is the author of the order."""


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line in the document: its `entry`, and its row of the table."""

    entry: Element
    row: Element


def exam_label(line: Line, catalogue: Catalogue) -> str:
    """What the exam is called: the label frozen at signing, the catalogue's, what was seen, the code."""
    exam = line.exam
    if not isinstance(exam, CodedExam):
        return exam.text
    request = request_of(line, catalogue)
    return exam.display or (request.display if request else "") or exam.as_seen or exam.code


def write_act(line: Line, position: int, catalogue: Catalogue) -> WrittenLine:
    """Line number `position` of the order; the catalogue gives the labels of the clinical information."""
    return _Act(line, position, catalogue).write()


class _Act:
    """The writing of one line: what is said goes to the narrative, and gives the anchor the entry points at."""

    def __init__(self, line: Line, position: int, catalogue: Catalogue) -> None:
        self.line, self.position, self.catalogue = line, position, catalogue
        self.id = line_uuid(line.line_id)
        self.name = f"l{position}"
        self.rows = Rows(self.name)

    def write(self) -> WrittenLine:
        """The parts in the order a person reads them; the schema has an order of its own."""
        line = self.line
        label = exam_label(line, self.catalogue)
        priority = self._priority() if line.urgent else None
        specimens = self._specimens()
        site, target = self._site(), self._target(line.target) if line.target else None
        parts = [*self._context(), *self._answers(), *self._sampling(), *self._patient_instructions()]
        parts += [*self._schedule(), *self._flags(), *self._coverages()]
        author = self._author()
        comment, criteria = self._comment(label)
        act = make(
            "observation",
            templates(TEMPLATES["act"]),
            make("id", root=str(self.id).upper()),
            self._code(),
            reference_to(f"#{self.name}"),
            make("statusCode", code="active"),
            make("effectiveTime", nullFlavor="UNK"),  # the model allows no date here: it goes to the details
            priority,
            target,
            site,
            author,
            specimens,
            parts,
            comment,
            self._replaced(),
            criteria,
            classCode="OBS",
            moodCode="INT",
        )
        return WrittenLine(make("entry", act), self._row(label))

    def _row(self, label: str) -> Element:
        exam = make("td", content(label, f"{self.name}-exam", "Bold"))
        if isinstance(self.line.exam, CodedExam):
            system = "LOINC" if self.line.exam.kind is CodeKind.LOINC else "code en attente"
            exam.append(content(f" ({system} {self.line.exam.code})"))
        return make("tr", make("td", text=str(self.position)), exam, make("td", self.rows.as_list()), ID=self.name)

    def _code(self) -> Element:
        """LOINC; what has no LOINC takes 19146-0, its words as original text, its waiting code as a translation."""
        exam = self.line.exam
        if isinstance(exam, CodedExam) and exam.kind is CodeKind.LOINC:
            return write_coding("code", Coding(LOINC, exam.code, exam.display))
        original = reference_to(f"#{self.name}-exam", "originalText")
        if not isinstance(exam, CodedExam):
            return write_code("code", UNCODED_EXAM, original)
        label = exam.display or None
        waiting = make("translation", code=exam.code, displayName=label, codeSystem=WAITING_CODES)
        return write_code("code", UNCODED_EXAM, original, waiting)

    def _priority(self) -> Element:
        """Urgent, with how to be called back: the return mode when there is one."""
        called = next((words.result_return(each) for each in self.line.result_returns), "")
        anchor = self.rows.say("Urgent", called or words.YES)
        return write_code("priorityCode", URGENT_LINE, reference_to(anchor, "originalText"))

    def _target(self, target: Target) -> Element:
        """An INR is a range of real numbers, anything else one of quantities."""
        self.rows.say("Cible", words.target(target))
        inr = target.unit == "INR"
        ends = (("low", target.low), ("high", target.high))
        return make(
            "value",
            (
                make(tag, value=write_number(end), unit=None if inr else target.unit)
                for tag, end in ends
                if end is not None
            ),
            type_="IVL_REAL" if inr else "IVL_PQ",
        )

    def _site(self) -> Element | None:
        site, side = self.line.body_site, self.line.laterality
        if site is None and side is None:
            return None
        self.rows.say("Localisation", ", ".join(words.coding(each) for each in (site, side) if each))
        qualifier = make("qualifier", write_coding("value", side)) if side else None
        return (
            write_coding("targetSiteCode", site, qualifier)
            if site
            else make("targetSiteCode", qualifier, nullFlavor="UNK")
        )

    def _author(self) -> Element | None:
        """Who asks for this line, and when it was written; the author of the order is named by number alone."""
        line = self.line
        if line.requester is None and line.authored_on is None:
            return None
        if line.requester is not None:
            self.rows.say("Demandé par", words.professional(line.requester))
            entity = write_role("assignedAuthor", line.requester, "assignedPerson", "representedOrganization")
        else:
            entity = make("assignedAuthor", make("id", nullFlavor=_BY_THE_AUTHOR))
        if line.authored_on is None:
            return make("author", make("time", nullFlavor="UNK"), entity)
        self.rows.say("Rédigé le", words.instant(line.authored_on))
        return make("author", make("time", value=write_instant(line.authored_on)), entity)

    def _flags(self) -> list[Element]:
        found = []
        for flag in FLAGS:
            marked = bool(getattr(self.line.flags, flag.field))
            anchor = self.rows.say(flag.code.display, words.yes_or_no(marked))
            value = make("value", type_="BL", value="true" if marked else "false")
            code = write_code("code", flag.code)
            id_ = identifier(self.id, flag.field)
            found.append(component(observation(id_, code, anchor, value, template=flag.template)))
        return found

    def _specimens(self) -> list[Element]:
        """One procedure for each nature of specimen; an unknown one when none is asked for (1..n)."""
        named = ", ".join(words.coding(each) for each in self.line.specimens)
        self.rows.say("Nature du prélèvement", named or words.SUNDRY)
        return [component(write_specimen(each)) for each in self.line.specimens or (None,)]

    def _answers(self) -> list[Element]:
        request = request_of(self.line, self.catalogue)
        labels = {e.item.code: e.item.label for e in request.clinical_information} if request else {}
        found = []
        for rank, given in enumerate(self.line.answers, 1):
            label = labels.get(given.question, given.question)
            anchor = self.rows.say(label, words.answer(given.value))
            found.append(component(write_answer(given, label, identifier(self.id, f"answer/{rank}"), anchor)))
        return found

    def _context(self) -> list[Element]:
        """The label the prescriber saw, and why the exam is asked for."""
        exam, found = self.line.exam, []
        if isinstance(exam, CodedExam) and exam.as_seen is not None:
            found.append(self._said("as-seen", exam.as_seen))
        if self.line.clinical_context is not None:
            found.append(self._said("clinical-context", self.line.clinical_context))
        return found

    def _said(self, name: str, given: str, rank: int = 1) -> Element:
        return detail(self.id, name, self.rows.say(LABELS[name], given), rank=rank)

    def _sampling(self) -> list[Element]:
        given = enumerate(self.line.sampling_instructions, 1)
        return [write_instruction(self.id, "sampling-instruction", each, rank, self.rows) for rank, each in given]

    def _schedule(self) -> list[Element]:
        """When the exam is to be done, how often, and how its result comes back."""
        line, found = self.line, []
        if line.occurrence_from:
            anchor = self.rows.say(LABELS["occurrence-from"], words.day(line.occurrence_from))
            value = make("value", type_="TS", value=write_day(line.occurrence_from))
            found.append(detail(self.id, "occurrence-from", anchor, value))
        if line.recurrence:
            anchor = self.rows.say(words.RECURRENCES[line.recurrence.kind], words.recurrence(line.recurrence))
            value = make("value", reference_to(anchor, "originalText"), type_="CD", nullFlavor="OTH")
            rhythm = write_rhythm(self.id, line.recurrence, anchor)
            id_ = identifier(self.id, "renewal")
            found.append(component(observation(id_, write_code("code", RENEWAL), anchor, value, rhythm)))
        found += [write_return(self.id, each, rank, self.rows) for rank, each in enumerate(line.result_returns, 1)]
        return found

    def _coverages(self) -> list[Element]:
        found = [self._coverage(paid, rank) for rank, paid in enumerate(self.line.coverages, 1)]
        if self.line.work_accident_detail is not None:
            found.append(self._said("work-accident-detail", self.line.work_accident_detail))
        return found

    def _coverage(self, paid: Coverage, rank: int) -> Element:
        anchor = self.rows.say(LABELS["coverage"], paid.type)
        payor = self._said("payor", paid.payor, rank) if paid.payor is not None else None
        return detail(self.id, "coverage", anchor, None, payor, rank=rank)

    def _patient_instructions(self) -> list[Element]:
        """FR-Instructions-au-patient: each instruction in it, coded or not."""
        line = self.line
        if not line.patient_instructions and line.patient_instruction_text is None:
            return []
        anchor = self.rows.open_group("Consignes au patient", "instructions")
        parts = [self._patient_instruction(each, rank) for rank, each in enumerate(line.patient_instructions, 1)]
        if line.patient_instruction_text is not None:
            parts.append(self._said("patient-instruction-text", line.patient_instruction_text))
        self.rows.close_group()
        return [self._about("instructions", PATIENT_INSTRUCTION, anchor, parts, "INT")]

    def _patient_instruction(self, given: Instruction, rank: int) -> Element:
        if given.coding and given.text:
            self.rows.say("Consigne", words.coding(given.coding))
        anchor = self.rows.say("Consigne", given.text or words.instruction(given))
        id_, code = identifier(self.id, f"instruction/{rank}"), write_code("code", PATIENT_INSTRUCTION)
        value = write_instruction_value(given, anchor)
        return component(observation(id_, code, anchor, value, template=ONE_INSTRUCTION_TEMPLATE))

    def _comment(self, label: str) -> tuple[Element | None, list[Element]]:
        """The comment of the line, and the conditions it tells of."""
        line = self.line
        uncoded = not (isinstance(line.exam, CodedExam) and line.exam.kind is CodeKind.LOINC)
        if not (uncoded or line.detail is not None or line.note is not None or line.preconditions):
            return None, []
        anchor = self.rows.open_group("Commentaire", "comment")
        if uncoded:
            self.rows.say("Examen demandé", label)
        said = (("detail", line.detail), ("note", line.note))
        parts = [self._said(name, given) for name, given in said if given is not None]
        criteria = [self._criterion(each) for each in line.preconditions]
        self.rows.close_group()
        return self._about("comment", COMMENT, anchor, parts, "EVN"), criteria

    def _criterion(self, given: Precondition) -> Element:
        anchor = self.rows.say("Condition du prélèvement", given.text)
        last = None
        if given.not_after:
            self.rows.say("À ne pas faire après le", words.day(given.not_after))
            last = make("value", make("high", value=write_day(given.not_after)), type_="IVL_TS")
        return make("precondition", make("criterion", reference_to(anchor), last))

    def _about(self, name: str, code: Code, anchor: str, parts: list[Element], mood: str) -> Element:
        """An act whose subject is the line (IHE PCC, `SUBJ` read backwards)."""
        act = make(
            "act",
            templates(TEMPLATES[name]),
            write_code("code", code),
            reference_to(anchor),
            make("statusCode", code="completed"),
            parts,
            classCode="ACT",
            moodCode=mood,
        )
        return make("entryRelationship", act, typeCode="SUBJ", inversionInd="true")

    def _replaced(self) -> Element | None:
        if self.line.replaces is None:
            return None
        external = make("externalObservation", make("id", root=str(line_uuid(self.line.replaces)).upper()))
        return make("reference", external, typeCode="RPLC")
