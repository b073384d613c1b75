"""Data types of CDA R2, each with its writer and its reader side by side: time, quantity, code, telecom, address."""

import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, unquote

from document.systems import cda_system, coding_of, system_name
from document.xml import Child, Element, child, children, make, text
from kernel.french_time import from_france
from kernel.partial_date import PartialDate
from prescription.documents.codes import Code
from prescription.people import Address, ContactPoint
from terminology.coding import Coding

_INSTANT = re.compile(
    r"([0-9]{8})([0-9]{2})([0-9]{2})?([0-9]{2})?(?:\.([0-9]{1,6})[0-9]*)?([+-][0-9]{2}(?:[0-9]{2})?)?", re.ASCII
)
_DAY = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?", re.ASCII)

_SCHEMES = {"phone": "tel", "fax": "fax", "email": "mailto"}
_SYSTEMS = {scheme: system for system, scheme in _SCHEMES.items()} | {"mllp": "url", "ftp": "url", "http": "url"}
_USES = {"home": "H", "work": "WP", "mobile": "MC"}
_USE_WORDS = {code: use for use, code in _USES.items()} | {"HP": "home", "DIR": "work"}
_PARAMETER = re.compile(r";(system|use)=([a-z]+)(?=;|$)")
_KEPT = "+@-._()/!*'~$,"


def write_instant(instant: datetime) -> str:
    """`YYYYMMDDHHMMSS[.UUUUUU]+ZZZZ`, in the offset the instant carries."""
    fraction = f".{instant.microsecond:06d}" if instant.microsecond else ""
    return f"{instant:%Y%m%d%H%M%S}{fraction}{instant:%z}"


def read_instant(stamp: str) -> datetime:
    """An instant; without an offset it is one of metropolitan France. ValueError for what is not one."""
    match = _INSTANT.fullmatch(stamp)
    if match is None:
        raise ValueError("not an instant")
    day, hour, minute, second, fraction, offset = match.groups()
    clock = datetime.strptime(f"{day}{hour}{minute or '00'}{second or '00'}", "%Y%m%d%H%M%S")
    clock = clock.replace(microsecond=int((fraction or "").ljust(6, "0")))
    if offset is None:
        return from_france(clock)
    shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:] or 0))
    return clock.replace(tzinfo=timezone(-shift if offset[0] == "-" else shift))


def write_day(day: date) -> str:
    """`YYYYMMDD`."""
    return f"{day:%Y%m%d}"


def write_partial(day: PartialDate) -> str:
    """`YYYYMMDD`, `YYYYMM` or `YYYY`: the precision of a CDA time is its length."""
    return str(day).replace("-", "")


def read_partial(stamp: str) -> PartialDate:
    """A date of any precision, the day of an instant included; ValueError for what is not one."""
    match = _DAY.fullmatch(stamp[:8])
    if match is None:
        raise ValueError("not a date")
    return PartialDate.parse("-".join(part for part in match.groups() if part))


def read_day(stamp: str) -> date:
    """A whole day; ValueError for less than that."""
    day = read_partial(stamp)
    if day.day is None:
        raise ValueError("not a whole day")
    return day.earliest


def write_number(number: Decimal) -> str:
    """The digits as given, never with an exponent."""
    return f"{number:f}"


def read_number(digits: str) -> Decimal:
    """A finite number; ValueError for what is not one."""
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def write_code(tag: str, code: Code, *inside: Child, type_: str | None = None) -> Element:
    """A code of the model."""
    return make(
        tag,
        *inside,
        type_=type_,
        code=code.code,
        displayName=code.display,
        codeSystem=code.system,
        codeSystemName=system_name(code.system),
    )


def write_coding(tag: str, coding: Coding, *inside: Child, type_: str | None = None) -> Element:
    """A coding of the domain; `cda_system` says how its system is named."""
    system, name = cda_system(coding.system)
    return make(
        tag,
        *inside,
        type_=type_,
        code=coding.code,
        displayName=coding.display or None,
        codeSystem=system,
        codeSystemName=name,
    )


def read_coding(element: Element | None) -> Coding | None:
    """The coding of an element; None without a code (`nullFlavor`)."""
    if element is None or not element.get("code"):
        return None
    system, name = element.get("codeSystem"), element.get("codeSystemName")
    return coding_of(system, name, element.get("code", ""), element.get("displayName", ""))


def write_telecom(points: tuple[ContactPoint, ...]) -> list[Element]:
    """A `telecom` for each point.

    The CI-SIS takes the schemes tel, fax, mailto, http, ftp and mllp, and few uses: another system (sms…) or use is
    told by a parameter after the number.
    """
    return [make("telecom", value=_uri(point), use=_USES.get(point.use or "")) for point in points]


def _uri(point: ContactPoint) -> str:
    use = f";use={point.use}" if point.use and point.use not in _USES else ""
    if point.system == "url" and point.value.partition(":")[0] in ("http", "ftp", "mllp"):
        return point.value + use
    scheme = _SCHEMES.get(point.system) or ("http" if point.system == "url" else "tel")
    system = "" if point.system in _SCHEMES else f";system={point.system}"
    return f"{scheme}:{quote(point.value, safe=_KEPT)}{system}{use}"


def read_telecom(holder: Element) -> tuple[ContactPoint, ...]:
    """The points of the `telecom` elements that hold a value."""
    return tuple(_point(each) for each in children(holder, "telecom") if each.get("value"))


def _point(element: Element) -> ContactPoint:
    whole = element.get("value", "")
    parameters = dict(_PARAMETER.findall(whole))
    plain = _PARAMETER.sub("", whole)
    scheme, _, rest = plain.partition(":")
    use = _USE_WORDS.get(element.get("use", "").split(" ")[0]) or parameters.get("use")
    system = parameters.get("system") or _SYSTEMS.get(scheme.lower(), "other")
    given = plain if system == "url" and "system" not in parameters else unquote(rest or plain)
    return ContactPoint(system, given, use)


def write_address(address: Address | None) -> Element | None:
    """An `addr`; None when there is nothing to write."""
    if address is None or address == Address():
        return None
    return make(
        "addr",
        (make("streetAddressLine", text=line) for line in address.lines),
        *(
            make(tag, text=part) if part else None
            for tag, part in (
                ("postalCode", address.postal_code),
                ("city", address.city),
                ("country", address.country),
            )
        ),
    )


def read_address(element: Element | None) -> Address | None:
    """An address, its street in lines or in parts; None for none, or for one that is not known."""
    if element is None or element.get("nullFlavor"):
        return None
    lines = [text(each) or "" for each in children(element, "streetAddressLine")]
    street = " ".join(filter(None, (text(element, "houseNumber"), text(element, "streetName"))))
    lines += [part for part in (street, text(element, "unitID"), text(element, "additionalLocator")) if part]
    found = Address(
        tuple(filter(None, lines)), text(element, "postalCode"), text(element, "city"), text(element, "country")
    )
    return None if found == Address() else found


def reference_to(anchor: str | None, tag: str = "text") -> Element | None:
    """What points at a place of the narrative; `anchor` is `#id`."""
    return None if anchor is None else make(tag, make("reference", value=anchor))


def anchor_in(element: Element | None, path: str = "text") -> str | None:
    """The place of the narrative an element points at."""
    found = child(element, f"{path}/reference")
    return None if found is None else found.get("value")
