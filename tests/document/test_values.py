"""The data types of CDA R2: what is written is read back, and what others write is understood."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from document.systems import HL7
from document.values import (
    read_address,
    read_coding,
    read_instant,
    read_partial,
    read_telecom,
    write_coding,
    write_instant,
    write_partial,
    write_telecom,
)
from document.xml import make
from kernel.partial_date import PartialDate
from prescription.people import Address, ContactPoint
from terminology.coding import Coding

SYSTEMS = {
    "phone": "01 39 00 12 34",
    "fax": "+33139001235",
    "email": "a.b@medecin.mssante.example",
    "sms": "06;use=home",
    "pager": "12:34",
    "url": "https://example.org/a?b=c;d",
    "other": "Bureau 3, étage 2",
}


@pytest.mark.parametrize("use", [None, "home", "work", "temp", "old", "mobile"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_contact_point_is_read_back_under_a_scheme_of_the_ci_sis(system: str, use: str | None) -> None:
    point = ContactPoint(system, SYSTEMS[system], use)
    holder = make("holder", write_telecom((point,)))
    assert read_telecom(holder) == (point,)
    assert holder[0].get("value").partition(":")[0] in {"tel", "fax", "mailto", "http"}
    assert holder[0].get("use") in {None, "H", "WP", "MC"}


@pytest.mark.parametrize(
    ("written", "point"),
    [
        ('value="tel:0147150000" use="HP"', ContactPoint("phone", "0147150000", "home")),
        ('value="tel:+33-1(47)15;ext=3"', ContactPoint("phone", "+33-1(47)15;ext=3")),
        ('value="http://example.org/x"', ContactPoint("url", "http://example.org/x")),
        ('value="0147150000"', ContactPoint("other", "0147150000")),
    ],
)
def test_the_contact_points_of_others_are_understood(written: str, point: ContactPoint) -> None:
    assert read_telecom(etree.fromstring(f'<h xmlns="{HL7}"><telecom {written}/></h>')) == (point,)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 1, 15, 10, 15, tzinfo=UTC),
        datetime(2026, 1, 15, 10, 15, 3, 250, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    ],
)
def test_an_instant_keeps_its_offset(instant: datetime) -> None:
    again = read_instant(write_instant(instant))
    assert (again, again.utcoffset()) == (instant, instant.utcoffset())


def test_an_instant_without_an_offset_is_one_of_france() -> None:
    assert read_instant("20260701120000+02") == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert read_instant("202607011200") == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["", "2026", "20260231101500+0100", "hier", "20260115101500+1"])
def test_what_is_no_instant_is_refused(stamp: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_instant(stamp)


@pytest.mark.parametrize("day", ["1979", "1979-03", "1979-03-28"])
def test_the_precision_of_a_date_is_kept(day: str) -> None:
    assert read_partial(write_partial(PartialDate.parse(day))) == PartialDate.parse(day)


def test_a_street_in_parts_is_one_line() -> None:
    parts = "<houseNumber>28</houseNumber><streetName>Avenue de Breteuil</streetName><unitID>Escalier A</unitID>"
    address = etree.fromstring(f'<addr xmlns="{HL7}">{parts}<postalCode>75007</postalCode><city>PARIS</city></addr>')
    assert read_address(address) == Address(("28 Avenue de Breteuil", "Escalier A"), "75007", "PARIS")
    assert read_address(etree.fromstring(f'<addr xmlns="{HL7}" nullFlavor="NAV"/>')) is None


@pytest.mark.parametrize(
    "coding",
    [
        Coding("http://loinc.org", "57022-6", "NFS"),
        Coding("urn:oid:1.2.250.1.213.1.1.4.322", "MED-1160"),
        Coding("https://example.org/x", "A", "Un"),
        Coding("", "A"),
    ],
)
def test_a_coding_keeps_its_system(coding: Coding) -> None:
    assert read_coding(write_coding("code", coding)) == coding
