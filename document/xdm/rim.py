"""Elements of ebRIM 3.0 (OASIS regrep-rim-3.0) and the object types that XDS gives them (IHE ITI TF-3 §4.2.5)."""

from collections.abc import Iterable

from lxml import etree

from document.xml import Element
from prescription.documents.codes import Code

LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

DOCUMENT_ENTRY = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
SUBMISSION_SET = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
HAS_MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
REPLACES = "urn:ihe:iti:2007:AssociationType:RPLC"

AUTHOR = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
CLASS_CODE = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
CONFIDENTIALITY = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
EVENT = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
FORMAT = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
FACILITY = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
PRACTICE = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
TYPE_CODE = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
ENTRY_PATIENT_ID = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"

SET_AUTHOR = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
SET_CONTENT_TYPE = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
SET_PATIENT_ID = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SET_UNIQUE_ID = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
SET_SOURCE_ID = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"


def rim(tag: str, *inside: Element, **attributes: str) -> Element:
    """An element of ebRIM."""
    element = etree.Element(f"{{{RIM}}}{tag}", attributes, nsmap={"rim": RIM})
    element.extend(inside)
    return element


def slot(name: str, values: Iterable[str]) -> list[Element]:
    """A slot with its values; none at all without values."""
    held = []
    for text in values:
        element = rim("Value")
        element.text = text
        held.append(element)
    return [rim("Slot", rim("ValueList", *held), name=name)] if held else []


def name(text: str) -> Element:
    """The name of an object, in French."""
    string = rim("LocalizedString", value=text, charset="UTF-8")
    string.set(_LANG, "fr-FR")
    return rim("Name", string)


class Described:
    """The classifications and identifiers of one object, numbered in the order they are made."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        self._made = 0

    def coded(self, scheme: str, code: Code) -> Element:
        """A code of the object."""
        return rim(
            "Classification",
            *slot("codingScheme", [code.system]),
            name(code.display),
            id=self._next(),
            classificationScheme=scheme,
            classifiedObject=self.id,
            nodeRepresentation=code.code,
        )

    def author(self, scheme: str, slots: Iterable[Element]) -> Element:
        """Its author."""
        attributes = {"id": self._next(), "classificationScheme": scheme, "classifiedObject": self.id}
        return rim("Classification", *slots, **attributes, nodeRepresentation="")

    def identifier(self, scheme: str, value: str, called: str) -> Element:
        """One of its identifiers."""
        attributes = {"id": self._next(), "registryObject": self.id, "identificationScheme": scheme}
        return rim("ExternalIdentifier", name(called), **attributes, value=value)

    def node(self, of: str) -> Element:
        """What kind of package it is."""
        return rim("Classification", id=self._next(), classifiedObject=self.id, classificationNode=of)

    def _next(self) -> str:
        self._made += 1
        return f"{self.id}-{self._made}"
