"""Development tokens: `dev:<role>:<id>:<finess>` (interface.md §1)."""

import pytest

from api.identity.development import DevelopmentTokens, NoTokens
from api.identity.tokens import Unauthenticated
from prescription.caller import Caller, Role


@pytest.mark.parametrize(
    ("token", "caller"),
    [
        ("dev:prescriber:10005688798:", Caller(Role.PRESCRIBER, "10005688798")),
        ("dev:laboratory::750000010", Caller(Role.LABORATORY, "", "750000010")),
        ("dev:biologist:89900000001:2A0000014", Caller(Role.BIOLOGIST, "89900000001", "2A0000014")),
        ("dev:patient:279035121518989:", Caller(Role.PATIENT, "279035121518989")),
        ("dev:operator::", Caller(Role.OPERATOR)),
    ],
)
def test_a_development_token_says_who_calls_and_is_believed_nowhere_else(token: str, caller: Caller) -> None:
    assert DevelopmentTokens().caller(token) == caller
    with pytest.raises(Unauthenticated):
        NoTokens().caller(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "dev:",
        "dev:king::",
        "dev:prescriber",
        "dev:prescriber:1234:",
        "dev:biologist:89900000001:75000001",
        "dev:laboratory::75000001٠",
        "dev:operator::\n",
        "xdev:operator::",
    ],
)
def test_what_is_not_one_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        DevelopmentTokens().caller(token)
