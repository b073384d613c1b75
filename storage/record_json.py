"""An order of the base as canonical JSON (`json_codec.py`), and back: the plain text of what is sealed."""

from prescription.record import EpuRecord
from storage.json_codec import NotOurs, read_json, write_json
from storage.sealing import SealBroken


def write_record(record: EpuRecord) -> bytes:
    """The canonical JSON of a record. Its EPU code is the caller's to take out first."""
    return write_json(record)


def read_record(content: bytes) -> EpuRecord:
    """The record of a canonical JSON (white space after it is allowed); `SealBroken` when it is none of ours."""
    try:
        return read_json(EpuRecord, content)
    except NotOurs:
        raise SealBroken("a sealed order cannot be read") from None
