"""The INS message: built for qualified identities only, read as scanners send it."""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.ins import Ins, InsAuthority
from kernel.partial_date import PartialDate
from prescription.people import IdentityAttribute, IdentityStatus, Patient, Sex
from printing.ins_datamatrix import GS, HEADER, InsRefused, UnreadableIns, build, read
from printing.ins_symbol import encode_in_python, encode_with_libdmtx, libdmtx_is_here, side_mm
from printing.matrix import Matrix
from tests.printing.orders import PATIENT

SPEC_SHA256 = "1b9fdf8e79800c6cbb1f68ccbbec7692a187909c297855348129384a9a9d08c9"
REAL_SAMPLE = (
    HEADER + "S1118058599124123S21.2.250.1.213.1.4.8<GS>S3FIRST NAMETEST<GS>S5MS618-06-1985S713201S4LASTNAMETEST"
)
WORDS = st.from_regex(r"[A-Z]{1,12}", fullmatch=True)
GIVEN = st.lists(WORDS, min_size=1, max_size=6)
FAMILY = st.lists(WORDS, min_size=1, max_size=6).flatmap(
    lambda words: st.lists(st.sampled_from(" '-"), min_size=len(words), max_size=len(words)).map(
        lambda seps: "".join(w + s for w, s in zip(words, seps, strict=True))[:-1]
    )
)


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    return replace(
        PATIENT,
        birth_given_names=tuple(draw(GIVEN)),
        birth_family_name=draw(FAMILY),
        sex=draw(st.sampled_from([Sex.FEMALE, Sex.MALE])),
        birth_date=PartialDate.of(draw(st.dates(date(1890, 1, 1), date(2030, 1, 1)))),
        ins=Ins("279035121518989", draw(st.sampled_from(InsAuthority))),
        birth_place_code=draw(st.sampled_from(["51215", "2A004", "99999", None])),
    )


def blocks_of(message: str) -> list[str]:
    """The blocks of a message just built, separators taken off."""
    starts = [message.index(f"S{n}", len(HEADER)) for n in (1,)]
    rest, blocks = message[starts[0] :], []
    for tag in ("S2", "S3", "S4", "S5", "S6", "S7"):
        if tag in rest:
            head, rest = rest.split(tag, 1)
            blocks.append(head.rstrip(GS))
            rest = tag + rest
    return [*blocks, rest]


def test_the_vector_of_the_specification_is_built_to_the_byte() -> None:
    message = build(PATIENT).text
    assert len(message) == 124
    assert hashlib.sha256(message.encode()).hexdigest() == SPEC_SHA256


@settings(deadline=None)
@given(patients())
def test_what_is_built_is_read_back(patient: Patient) -> None:
    scanned = read(build(patient).text.encode())
    assert patient.birth_date is not None
    assert patient.ins is not None
    assert (scanned.matricule, scanned.authority, scanned.key_valid) == (
        patient.ins.matricule,
        patient.ins.authority,
        True,
    )
    assert scanned.birth_given_names == patient.birth_given_names
    assert scanned.birth_family_name == patient.birth_family_name
    assert (scanned.sex, str(scanned.birth_date)) == (patient.sex, str(patient.birth_date))
    assert scanned.birth_place_code == patient.birth_place_code
    assert scanned.highest_status is IdentityStatus.RETRIEVED


@settings(deadline=None)
@given(patients(), st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_any_order_of_blocks_and_any_surplus_separator_read_alike(patient, random, everywhere, lower) -> None:
    message = build(patient).text
    blocks = blocks_of(message)
    random.shuffle(blocks)
    needed = ("S2", "S3", "S4")
    shuffled = HEADER + "".join(b + (GS if everywhere or b.startswith(needed) else "") for b in blocks)
    assert read(shuffled.lower() if lower else shuffled) == read(message)


def test_a_real_card_with_a_wrong_key_is_read_and_says_so() -> None:
    scanned = read(REAL_SAMPLE)
    assert scanned.key_valid is False
    assert scanned.birth_given_names == ("FIRST", "NAMETEST")
    assert (scanned.birth_family_name, scanned.birth_place_code) == ("LASTNAMETEST", "13201")


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "IS02" + build(PATIENT).text[4:],
        build(PATIENT).text.replace("S5F", ""),
        build(PATIENT).text.replace("S5F", "S5X"),
        build(PATIENT).text.replace("S5F", "S5FS5M"),
        build(PATIENT).text.replace("28-03-1979", "31-02-1979"),
        build(PATIENT).text.replace("213.1.4.10", "213.1.4.77"),
        build(PATIENT).text.replace("PAT-TROIS", "PAT+TROIS"),
        "01S2TBPZ2JCNZZYGHZ",
    ],
)
def test_what_is_no_ins_datamatrix_is_refused_without_quoting_it(payload: str) -> None:
    with pytest.raises(UnreadableIns) as refusal:
        read(payload)
    assert refusal.value.code == "malformed-ins-datamatrix"
    assert "279035121518989" not in str(refusal.value)
    assert "TROIS" not in str(refusal.value)


@given(st.text(st.sampled_from("S12345678.-ABF \x1dé0"), max_size=80) | st.binary(max_size=80))
def test_whatever_is_scanned_is_read_or_refused(scanned: str | bytes) -> None:
    header = HEADER.encode() if isinstance(scanned, bytes) else HEADER
    for payload in (scanned, header + scanned):  # type: ignore[operator]
        with suppress(UnreadableIns):
            read(payload)


def test_unknown_and_repeated_blocks_are_passed_over_when_they_can_be() -> None:
    message = build(PATIENT).text
    assert read(message + GS + "S8SOMETHING NEW") == read(message)
    assert read(message.replace("S5F", "S5FS5F")) == read(message)


@pytest.mark.parametrize(
    "change",
    [
        {"status": IdentityStatus.VALIDATED},
        {"status": IdentityStatus.RETRIEVED},
        {"ins": None},
        {"attributes": frozenset({IdentityAttribute.FICTIVE})},
        {"attributes": frozenset({IdentityAttribute.DOUBTFUL})},
    ],
)
def test_an_identity_that_is_not_qualified_gets_no_datamatrix(change: dict[str, object]) -> None:
    with pytest.raises(InsRefused) as refusal:
        build(replace(PATIENT, **change))
    assert refusal.value.code == "ins-not-qualified"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sex": Sex.OTHER}, "ins-sex"),
        ({"birth_date": PartialDate(1979, 3)}, "ins-birth-date"),
        ({"birth_family_name": "ŁUKASZ"}, "ins-character"),
        ({"birth_family_name": "A" * 101}, "ins-too-long"),
        ({"birth_family_name": "DE  LA"}, "ins-name"),
        ({"birth_family_name": ""}, "ins-name"),
        ({"birth_given_names": ("ANNE-",)}, "ins-name"),
        ({"birth_place_code": "5121"}, "ins-birth-place"),
    ],
)
def test_a_trait_that_does_not_fit_is_refused_and_named(change: dict[str, object], code: str) -> None:
    with pytest.raises(InsRefused) as refusal:
        build(replace(PATIENT, **change))
    assert refusal.value.code == code
    assert refusal.value.findings[0].path == f"patient.{next(iter(change))}"


def test_names_are_transliterated_and_a_long_list_is_cut_at_a_name() -> None:
    patient = replace(PATIENT, birth_family_name="d’Œuvré", birth_given_names=("Zoé", *("A" * 30,) * 4))
    message = build(patient)
    assert read(message.text).birth_family_name == "D'OEUVRE"
    assert read(message.text).birth_given_names == ("ZOE", *("A" * 30,) * 3)
    assert [finding.code for finding in message.warnings] == ["ins-given-names-cut"]


def test_a_name_of_exactly_one_hundred_takes_no_separator() -> None:
    message = build(replace(PATIENT, birth_given_names=("A" * 100,))).text
    assert "A" * 100 + "S4PAT-TROIS" + GS in message


def decoded(matrix: Matrix) -> bytes:
    quiet = np.pad(np.array(matrix.rows, dtype=np.uint8), 4)
    (symbol,) = zxingcpp.read_barcodes(np.kron(255 - 255 * quiet, np.ones((6, 6), np.uint8)))
    return bytes(symbol.bytes)


@settings(deadline=None, max_examples=25)
@given(patients())
def test_both_encoders_make_square_symbols_of_the_same_bytes(patient: Patient) -> None:
    message = build(patient).text
    encoders = [encode_in_python, encode_with_libdmtx] if libdmtx_is_here() else [encode_in_python]
    for encode in encoders:
        matrix = encode(message)
        assert decoded(matrix) == message.encode()
        assert matrix.size <= 52
        assert side_mm(matrix) <= 28


def test_the_test_identity_takes_forty_modules_and_the_longest_names_fifty_two() -> None:
    longest = replace(PATIENT, birth_given_names=("A" * 100,), birth_family_name="B" * 100)
    for encode in (encode_in_python, encode_with_libdmtx) if libdmtx_is_here() else (encode_in_python,):
        assert encode(build(PATIENT).text).size == 40
        assert encode(build(longest).text).size == 52
