"""Codes turned into ids of resources and names for programs (FHIR R4, datatypes id and string, invariant `*-0`)."""

import re
import zlib

_NO_ID = re.compile(r"[^A-Za-z0-9.\-]+")
_MOST = 64  # FHIR R4, datatype id


def resource_id(prefix: str, code: str) -> str:
    """`prefix-code` as a FHIR id; a code with other signs, or too long, is told apart by a checksum."""
    plain = f"{prefix}-{code}"
    kept = _NO_ID.sub("-", plain)
    if kept == plain and len(plain) <= _MOST:
        return plain
    return f"{kept[: _MOST - 9]}-{zlib.crc32(code.encode()):08x}"


def computer_name(prefix: str, code: str) -> str:
    """A name programs can use: a capital, then letters, digits and underscores."""
    return prefix + re.sub(r"[^A-Za-z0-9]+", "_", code)
