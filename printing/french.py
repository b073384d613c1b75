"""French as it is printed: spacing of punctuation, dates, ages, telephone numbers, numbers (printing.md §12).

`typeset` is for the sentences of this software; what a person wrote is printed as it was written.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from kernel.calendar import months_between
from kernel.partial_date import PartialDate

NBSP = "\u00a0"
THIN = "\u202f"
_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)  # fmt: skip
_MICRO = re.compile(r"\bu(?=(?:mol|g|L|m|U|kat)\b)")
_TEN_TO = re.compile(r"\b10\*(-?[0-9]+)")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def typeset(text: str) -> str:
    """Typographic apostrophe, U+00A0 before a colon, U+202F before ; ! ? % and inside « »."""
    text = text.replace("'", "’").replace("« ", "«" + THIN).replace(" »", THIN + "»").replace(" :", NBSP + ":")
    return re.sub(" (?=[;!?%])", THIN, text)


def long_date(day: date) -> str:
    """`11 janvier 2022`, `1er mars 2022`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """`11/01/2022`."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def short_instant(instant: datetime) -> str:
    """`11/01/2022 10:15`, in the offset the instant carries."""
    return f"{short_date(instant)} {instant:%H:%M}"


def partial_date(day: PartialDate) -> str:
    """`28/03/1979`, `03/1979` or `1979`."""
    known = [f"{part:02d}" for part in (day.day, day.month) if part is not None]
    return "/".join([*known, f"{day.year:04d}"])


def age(born: PartialDate, at: date) -> str:
    """`42 ans`; months under three years, days under one month; « environ » when the date is partial."""
    first = born.earliest
    months = months_between(first, at)
    if months < 0:
        return ""
    if months >= 36:
        years = months // 12
        return f"{years} ans" if born.day else f"environ {years} ans"
    if not born.day:
        return ""
    if months:
        return f"{months} mois"
    days = (at - first).days
    return f"{days} jour" + ("s" if days > 1 else "")


def phone(number: str) -> str:
    """French numbers in pairs; any other number as it was given."""
    digits = re.sub(r"[\s.\-]", "", number)
    if re.fullmatch(r"0[1-9][0-9]{8}", digits):
        pairs = [digits[i : i + 2] for i in range(0, 10, 2)]
    elif re.fullmatch(r"\+33[1-9][0-9]{8}", digits):
        pairs = ["+33", digits[3], *(digits[i : i + 2] for i in range(4, 12, 2))]
    else:
        return number
    return NBSP.join(pairs)


def number(value: Decimal) -> str:
    """A decimal comma, thousands apart, the digits as given: `2,0`, `12 500`."""
    whole, _, fraction = f"{value:f}".partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", THIN)
    return sign + grouped + ("," + fraction if fraction else "")


def unit(ucum: str) -> str:
    """The print form of a UCUM unit: µ for u, powers of ten as superscripts, UI for [IU]."""
    text = _TEN_TO.sub(lambda match: "10" + match[1].translate(_SUPERSCRIPT), ucum.replace("[IU]", "UI"))
    return _MICRO.sub("µ", text)


def capitalised(text: str) -> str:
    """First letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """First letter in lower case unless the word is an abbreviation such as `INR`."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
