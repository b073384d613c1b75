"""`IHE_XDM.ZIP`: the document, its copy in PDF, their metadata, and two pages for people (IHE ITI TF-2 §3.32.4.1.2)."""

import io
import stat
import zipfile

from lxml import etree

from document.xdm.metadata import Submission, write_metadata
from kernel.french_time import in_france
from prescription.documents.metadata import DocumentMetadata

PACKAGE = "IHE_XDM.ZIP"
INDEX, README = "INDEX.HTM", "README.TXT"
FOLDER = "IHE_XDM/SUBSET01/"
METADATA, DOCUMENT, COPY = "METADATA.XML", "DOC00001.XML", "DOC00001.PDF"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_XHTML = "http://www.w3.org/1999/xhtml"


def write_package(said: DocumentMetadata, document: bytes, pdf: bytes, submission: Submission) -> bytes:
    """The archive of one document, whose metadata are `said`; the same input gives the same bytes."""
    files = (
        (INDEX, _index(said)),
        (README, _readme(said)),
        (FOLDER + METADATA, write_metadata(said, pdf, (DOCUMENT, COPY), submission)),
        (FOLDER + DOCUMENT, document),
        (FOLDER + COPY, pdf),
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in files:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, wherever it is made
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            target.writestr(info, content)
    return archive.getvalue()


def _index(said: DocumentMetadata) -> bytes:
    """A page that leads to the files; the document is named by its author and its day, without a trait nor its code."""
    html = etree.Element(f"{{{_XHTML}}}html", {"lang": "fr"}, nsmap={None: _XHTML})
    head = etree.SubElement(html, f"{{{_XHTML}}}head")
    etree.SubElement(head, f"{{{_XHTML}}}title").text = said.title
    body = etree.SubElement(html, f"{{{_XHTML}}}body")
    etree.SubElement(body, f"{{{_XHTML}}}h1").text = said.title
    etree.SubElement(body, f"{{{_XHTML}}}p").text = _made_by(said)
    files = etree.SubElement(body, f"{{{_XHTML}}}ul")
    for name, label in ((COPY, "L'ordonnance imprimée (PDF)"), (DOCUMENT, "Le document structuré (CDA)")):
        item = etree.SubElement(files, f"{{{_XHTML}}}li")
        etree.SubElement(item, f"{{{_XHTML}}}a", {"href": FOLDER + name}).text = label
    etree.SubElement(etree.SubElement(body, f"{{{_XHTML}}}p"), f"{{{_XHTML}}}a", {"href": README}).text = README
    return bytes(etree.tostring(html, xml_declaration=True, encoding="UTF-8"))


def _readme(said: DocumentMetadata) -> bytes:
    lines = (
        said.title,
        _made_by(said),
        "",
        f"{FOLDER}{COPY} : l'ordonnance imprimée (PDF).",
        f"{FOLDER}{DOCUMENT} : le même contenu, structuré (CDA R2).",
        f"{FOLDER}{METADATA} : ce qui décrit ces deux fichiers.",
        "",
        "Archive au profil IHE XDM, produite par Circuitbio. S'adresser au prescripteur pour toute question.",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def _made_by(said: DocumentMetadata) -> str:
    return f"Établie le {in_france(said.created)} par {said.author.practitioner.full_name}."
