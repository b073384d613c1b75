"""Packages that are read, and archives made by hand to be refused."""

import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from document.xdm.metadata import Submission
from document.xdm.package import write_package
from prescription.documents.metadata import DocumentMetadata, metadata_of
from prescription.prescription import Prescription
from tests.document.documents import EVERYTHING, PDF, document_of

AT = datetime(2022, 1, 11, 10, 0, tzinfo=UTC)
SUBMISSION = Submission(AT)
METADATA, XML, COPY = (f"IHE_XDM/SUBSET01/{name}" for name in ("METADATA.XML", "DOC00001.XML", "DOC00001.PDF"))


def described(order: Prescription = EVERYTHING) -> tuple[DocumentMetadata, bytes]:
    """The document of an order and what is said of it."""
    content = document_of(order)
    return metadata_of(order, content), content


def package_of(order: Prescription = EVERYTHING, submission: Submission = SUBMISSION) -> bytes:
    """The package of an order."""
    said, content = described(order)
    return write_package(said, content, PDF, submission)


def files_of(package: bytes) -> dict[str, bytes]:
    """The files of a package, as `zipfile` alone reads them."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes], **of_the_last: object) -> bytes:
    """An archive of these files; fields of `ZipInfo` to set on the last one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(files.items(), 1):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for field, value in of_the_last.items() if place == len(files) else ():
                setattr(info, field, value)
            archive.writestr(info, content)
    return out.getvalue()


def edited(path: str, old: bytes, new: bytes) -> bytes:
    """The package with a part of one file replaced."""
    files = files_of(package_of())
    assert old in files[path]
    return zipped(files | {path: files[path].replace(old, new)})
