"""A release as one canonical JSON document (`json_codec.py`), and back (docs/decisions/0006).

The revision stays out of it: the store gives it, and two files of the same content then give the same document.
"""

from dataclasses import replace

from storage.json_codec import read_json, write_json
from terminology.release import Release

_ANY_REVISION = 1


def write_release(release: Release) -> bytes:
    """The document of a release, whatever its revision."""
    return write_json(replace(release, revision=_ANY_REVISION))


def read_release(content: bytes, revision: int) -> Release:
    """The release of a document, under its revision; `NotOurs` when this version of the software did not write it."""
    return replace(read_json(Release, content), revision=revision)
