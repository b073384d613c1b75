"""What a subscriber answers, as far as whoever sends needs it: accepted or not, to what, and why (`lcsd.md` §6.3)."""

from dataclasses import dataclass

from hl7v2.codec import Segment, decode_segment

_CODES = ("AA", "AE", "AR")


@dataclass(frozen=True, slots=True)
class Answer:
    """MSA-1, MSA-2, the sentence of the first error, and the message as it came."""

    code: str
    control_id: str
    text: str
    data: bytes

    @property
    def accepted(self) -> bool:
        """Whether the master file is imported, or will be at its date."""
        return self.code == "AA"


def read_answers(data: bytes) -> tuple[str, tuple[Answer, ...]]:
    """BHS-12 (empty without a batch) and the answers of a message or a batch; what is no answer is left out.

    `Invalid` (`E07`) for what is no HL7 at all.
    """
    segments = [
        decode_segment(line) for line in data.decode("utf-8", "replace").replace("\n", "\r").split("\r") if line
    ]
    replied = next((s.text(12) for s in segments if s.name == "BHS"), "")
    messages: list[list[Segment]] = []
    for segment in segments:
        if segment.name == "MSH":
            messages.append([])
        if messages:
            messages[-1].append(segment)
    found = (_answer(message, data) for message in messages)
    return replied, tuple(answer for answer in found if answer)


def _answer(message: list[Segment], data: bytes) -> Answer | None:
    named = {segment.name: segment for segment in reversed(message)}
    msa, err = named.get("MSA"), named.get("ERR")
    if msa is None or msa.text(1) not in _CODES or message[0].first(9).text() != "MFK":
        return None
    said = f"{err.raw(2)} {err.text(8) or err.text(7)}".strip() if err else ""
    return Answer(msa.text(1), msa.text(2), said[:1000], data)
