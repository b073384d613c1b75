"""The page to read before sending: it shows all that the narrative says, runs nothing, and fetches nothing."""

import re

import pytest
from lxml import etree, html

from document.parsing import UnreadableDocument
from document.systems import HL7
from document.view import render_view
from tests.document.documents import CASES, EVERYTHING, document_of

_NS = {"c": HL7}


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES)
def test_every_word_of_the_narrative_is_on_the_page(case: str) -> None:
    content = document_of(CASES[case])
    page = html.document_fromstring(render_view(content))
    shown = words(page.text_content())
    texts = etree.fromstring(content).xpath("//c:section/c:text//text() | //c:section/c:title/text()", namespaces=_NS)
    assert texts
    assert [said for said in map(words, texts) if said and said not in shown] == []


def test_the_people_of_the_header_are_on_the_page() -> None:
    shown = words(html.document_fromstring(render_view(document_of(EVERYTHING))).text_content())
    for said in ("PAT-TROIS, DOMINIQUE MARIE-LOUISE", "28/03/1979", "Thomas", "RPPS 10005688798", "Clinique des Lilas"):
        assert said in shown


def test_the_page_is_in_french_titled_and_its_sections_are_named() -> None:
    page = html.document_fromstring(render_view(document_of(EVERYTHING)))
    assert page.get("lang") == "fr"
    assert page.findtext("head/title") == page.findtext(".//h1") == "Prescription d’actes de biologie médicale"
    identifiers = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(identifiers) == len(set(identifiers))
    assert all(section.get("aria-labelledby") in identifiers for section in page.iter("section"))
    assert [image.get("alt") for image in page.iter("img")] == ["Code 2D de la prescription"]
    assert {cell.get("scope") for cell in page.iter("th")} == {"col"}


HOSTILE = (
    '<paragraph onclick="x()">&lt;script&gt;alert(1)&lt;/script&gt;</paragraph>'
    '<linkHtml href="javascript:alert(2)">lien</linkHtml><script>alert(3)</script>'
    '<content styleCode="x" style="background:url(http://192.0.2.1)">mot</content>'
    '<renderMultiMedia referencedObject="CODE2D"/>'
)


def test_a_hostile_narrative_is_words_and_nothing_else() -> None:
    content = document_of(EVERYTHING).decode()
    content = re.sub(r"<text><table>", f"<text>{HOSTILE}<table>", content, count=1)
    content = content.replace('mediaType="image/png"', 'mediaType="image/svg+xml"')
    page = html.document_fromstring(rendered := render_view(content.encode()))
    assert list(page.iter("script", "a", "iframe", "object", "form", "link", "img")) == []
    allowed = {"id", "lang", "class", "scope", "content", "name", "http-equiv", "aria-labelledby", "charset"}
    assert {name for element in page.iter() for name in element.attrib} <= allowed
    assert "<script>alert(1)</script>" in page.text_content()
    assert "lien (javascript:alert(2))" in page.text_content()
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy
    assert b"unsafe" not in rendered


def test_the_view_reads_no_further_than_the_reader() -> None:
    with pytest.raises(UnreadableDocument, match="DTD"):
        render_view(document_of(EVERYTHING).replace(b"<Clin", b"<!DOCTYPE x><Clin", 1))
