"""The mail of an order as cda-ep-bio.md §7 wants it, read back by the standard library's parser."""

import email
import uuid
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document.mssante.body import CHECK_IDENTITY, FOLLOW_UP
from document.mssante.message import MailOptions, write_mail
from document.mssante.names import pdf_name, subject
from document.xdm.read import read_package
from kernel.errors import Invalid
from prescription.documents.ports import Mail
from prescription.people import Patient
from tests.document.documents import DOUBTFUL, EVERYTHING, PDF, document_of
from tests.document.mssante.mails import OPTIONS, PATIENT_BOX, SENDER, mail_of, to_patient
from tests.document.xdm.packages import METADATA, files_of

SAID = mail_of().metadata
BEFORE = ("<first@structure.mssante.example>", "<second@structure.mssante.example>")


def _read(mail: Mail, options: MailOptions = OPTIONS) -> EmailMessage:
    message = email.message_from_bytes(write_mail(mail, options), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def _body(mail: Mail) -> str:
    part = _read(mail).get_body()
    assert part is not None
    return " ".join(str(part.get_content()).split())


def _patient(**fields: object) -> Mail:
    assert isinstance(EVERYTHING.patient, Patient)
    return mail_of(replace(EVERYTHING, patient=replace(EVERYTHING.patient, **fields)))  # type: ignore[arg-type]


def test_headers_are_those_of_the_secure_messaging() -> None:
    message = _read(mail_of())
    assert message["Subject"] == "XDM/1.0/DDM+Prescription d'actes de biologie médical PAT-TROIS DOMINIQUE 28/03/1979"
    assert (message["From"], message["To"]) == (SENDER, "labo@bio.mssante.example")
    assert message["Date"] == "Tue, 11 Jan 2022 10:30:00 +0000"
    assert message["Message-ID"] == "<6f9619ff@structure.mssante.example>"
    assert message["Disposition-Notification-To"] == SENDER
    marks = {name: message[f"X-MSS-{name}"] for name in ("CODECDA", "INS", "NIL", "MES")}
    assert marks == {"CODECDA": "PRESC-BIO", "INS": "O", "NIL": "PRODUIT-1", "MES": None}
    assert (message["In-Reply-To"], message["References"]) == (None, None)


def test_what_is_sent_is_in_ascii_with_its_words_encoded_and_short_lines() -> None:
    sent = write_mail(mail_of(), OPTIONS)
    assert sent.isascii()
    assert b"\nSubject: =?utf-8?" in sent  # RFC 2047
    assert b"filename*=utf-8''20220111_Prescription%20d%27actes%20de%20biologie%20m%C3%A9dical" in sent  # RFC 2231
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    assert sent.count(b"\n") == sent.count(b"\r\n")


def test_the_package_and_the_bare_pdf_are_attached() -> None:
    package, pdf = _read(mail_of()).iter_attachments()
    assert (package.get_content_type(), package.get_filename()) == ("application/zip", "IHE_XDM.ZIP")
    read = read_package(package.get_content())
    assert (read.document, read.pdf) == (document_of(EVERYTHING), PDF)
    assert (pdf.get_content_type(), pdf.get_content()) == ("application/pdf", PDF)
    assert pdf.get_filename() == "20220111_Prescription d'actes de biologie médical_PAT-TROIS_DOMINIQUE.pdf"


def test_the_same_mail_has_the_same_bytes() -> None:
    assert write_mail(mail_of(), OPTIONS) == write_mail(mail_of(), OPTIONS)


def test_the_patient_is_told_what_to_do_and_cannot_answer() -> None:
    message = _read(to_patient())
    assert (message["To"], message["X-MSS-MES"]) == (PATIENT_BOX, "FIN")
    assert "Voici votre ordonnance" in _body(to_patient())
    assert _read(to_patient(), replace(OPTIONS, closed=False))["X-MSS-MES"] is None


def test_a_receipt_is_asked_for_and_the_product_told_only_when_they_are_set() -> None:
    message = _read(mail_of(), MailOptions(SENDER, receipt=False))
    assert (message["Disposition-Notification-To"], message["X-MSS-NIL"]) == (None, None)


def test_a_correction_says_so_and_points_at_what_it_replaces() -> None:
    message = _read(mail_of(follows=BEFORE))
    assert message["Subject"].startswith("[Annule et remplace] XDM/1.0/DDM+Prescription d'actes")
    assert message["In-Reply-To"] == BEFORE[-1]
    assert message["References"].split() == list(BEFORE)
    assert "annule et remplace" in _body(mail_of(follows=BEFORE))


def test_the_package_of_a_correction_points_at_the_documents_it_replaces() -> None:
    old = uuid.UUID(int=7)
    package = next(_read(mail_of(follows=BEFORE, replaced=(old,))).iter_attachments()).get_content()
    assert f'targetObject="urn:uuid:{old}"'.encode() in files_of(package)[METADATA]


def test_a_long_message_id_is_written_as_it_is() -> None:
    long = tuple(f"<{number:064d}@{'x' * 60}.mssante.example>" for number in range(3))
    sent = write_mail(mail_of(follows=long), OPTIONS)
    assert all(sent.count(each.encode()) == (2 if each == long[-1] else 1) for each in long)


def test_a_professional_is_asked_to_follow_what_the_patient_does_not_see() -> None:
    assert FOLLOW_UP in _body(mail_of(hidden_from_patient=True))
    assert FOLLOW_UP not in _body(mail_of())
    with pytest.raises(Invalid) as refusal:
        write_mail(to_patient(hidden_from_patient=True), OPTIONS)
    assert refusal.value.code == "hidden-from-patient"


def test_an_identity_that_is_not_qualified_is_told_to_a_professional() -> None:
    mail = mail_of(DOUBTFUL)
    assert _read(mail)["X-MSS-INS"] == "N"
    assert CHECK_IDENTITY in _body(mail)
    assert CHECK_IDENTITY not in _body(mail_of())


@pytest.mark.parametrize("fields", [{"birth_family_name": None}, {"birth_given_names": ()}, {"birth_date": None}])
def test_a_matricule_without_its_traits_is_no_qualified_ins(fields: dict[str, object]) -> None:
    assert _read(_patient(**fields))["X-MSS-INS"] == "N"


def test_names_lose_their_accents_and_what_no_file_may_hold() -> None:
    mail = _patient(birth_family_name="Lœuvé d'Été", first_birth_given_name='A_B/C\\D"é')
    assert subject(mail.metadata, False).endswith(" LOEUVE D'ETE A_B/C\\D\"é 28/03/1979")
    assert pdf_name(mail.metadata).endswith("_LOEUVE D'ETE_A B C D é.pdf")


def test_neither_the_code_nor_the_matricule_stands_outside_the_attachments() -> None:
    message = _read(mail_of())
    outside = str(message.get_body()) + "".join(f"{name}: {value}\n" for name, value in message.items())
    assert EVERYTHING.epu_code
    assert EVERYTHING.epu_code.value not in outside
    assert "279035121518989" not in outside


@pytest.mark.parametrize(
    "fields",
    [
        {"recipient": "a@b.example\r\nBcc: c@d.example"},
        {"recipient": "a b@c.example"},
        {"recipient": ""},
        {"message_id": "<a@b>\r\nBcc: c@d.example"},
        {"follows": ("<a@b>\nBcc: c@d.example",)},
    ],
)
def test_no_header_is_smuggled_in(fields: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refusal:
        write_mail(mail_of(**fields), OPTIONS)
    assert refusal.value.code == "unwritable-mail"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_makes_one_header_and_a_file_name(family: str, given_name: str) -> None:
    patient = replace(SAID.patient, birth_family_name=family, first_birth_given_name=given_name)
    said = replace(SAID, patient=patient)
    for name in (subject(said, True), pdf_name(said)):
        assert len(name.splitlines()) == 1
    assert not set(pdf_name(said)) & set('/\\:*?"<>|')
