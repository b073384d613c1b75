"""A document from bytes that anyone may have sent: nothing outside is fetched, nothing is expanded, size is bounded."""

import re

from lxml import etree

from document.systems import HL7
from document.xml import Element, value
from kernel.errors import Invalid

LONGEST = 10_000_000
"""Bytes of a document: a printed order is a hundred times smaller, and libxml2 holds one text to this size."""

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOM = b"\xef\xbb\xbf"


class UnreadableDocument(Invalid):
    """What was given is no CDA document that is read here."""


def _refused(code: str, message: str, hint: str) -> UnreadableDocument:
    return UnreadableDocument.because(code, message, hint)


def parse(content: bytes) -> Element:
    """The `ClinicalDocument` element. `UnreadableDocument` (`not-cda`, and those of `parse_xml`), never with a word of
    what the document holds."""
    root = parse_xml(content)
    if root.tag != f"{{{HL7}}}ClinicalDocument" or value(root, "typeId", "extension") != "POCD_HD000040":
        raise _refused("not-cda", "Ce n'est pas un document CDA R2.", "Donner un ClinicalDocument HL7 v3.")
    return root


def parse_xml(content: bytes) -> Element:
    """The root of an XML file. `UnreadableDocument`: `document-too-large`, `wrong-encoding`, `doctype`,
    `malformed-xml`."""
    if len(content) > LONGEST:
        size = f"{LONGEST // 1_000_000} Mo"
        raise _refused("document-too-large", f"Document de plus de {size} : il n'est pas lu.", f"{size} au plus.")
    _check_encoding(content)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refused("doctype", "Le document a une DTD, interdite ici.", "L'envoyer sans DOCTYPE ni entité.")
    return _parsed(content)


def _check_encoding(content: bytes) -> None:
    """UTF-8 alone (CI-SIS): another encoding would hide a DOCTYPE from the check, and traits from the reader."""
    declared = _DECLARED.match(content.removeprefix(_BOM))
    try:
        content.decode("utf-8")
        readable = True
    except UnicodeDecodeError:
        readable = False
    if not readable or b"\0" in content or (declared and declared[1].upper() not in (b"UTF-8", b"US-ASCII")):
        raise _refused("wrong-encoding", "Le document n'est pas en UTF-8.", "Le demander en UTF-8.")


def _parsed(content: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        where = f" (ligne {error.lineno})" if error.lineno else ""
        raise _refused("malformed-xml", f"XML mal formé{where}.", "Le demander de nouveau à son auteur.") from None
