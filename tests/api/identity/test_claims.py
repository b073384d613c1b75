"""From the claims of a token to a caller: plain ones, Pro Santé Connect's, Keycloak's (ecosystem.md §3)."""

from typing import Any

import pytest

from api.identity.claims import ClaimNames, caller_from
from api.identity.tokens import Unauthenticated
from kernel.errors import Forbidden
from prescription.caller import Caller, Role

RPPS, OTHER_RPPS, SITE, OTHER_SITE = "10005688798", "89900000001", "750000010", "2A0000014"
USUAL = ClaimNames()
BY_PROFESSION = ClaimNames(
    roles=("SubjectRefPro.exercices.codeProfession",), role_values={"10": Role.PRESCRIBER, "60": Role.SAMPLER}
)


def pro_sante_connect(*sites: str, profession: str = "10", rpps: str = f"8{RPPS}") -> dict[str, Any]:
    """The UserInfo of a professional, in one practice with an activity a site."""
    activities = [{"codeSecteurDactivite": "SA07", "numeroFinessSite": site} for site in sites]
    practice = {"codeProfession": profession, "activities": activities}
    return {"SubjectNameID": rpps, "SubjectRefPro": {"codeCivilite": "M", "exercices": [practice]}}


@pytest.mark.parametrize(
    ("claims", "names", "caller"),
    [
        ({"roles": ["prescriber"], "rpps": RPPS}, USUAL, Caller(Role.PRESCRIBER, RPPS)),
        ({"roles": "sampler", "rpps": RPPS}, USUAL, Caller(Role.SAMPLER, RPPS)),
        ({"roles": ["laboratory"], "finess": SITE}, USUAL, Caller(Role.LABORATORY, "", SITE)),
        (
            {"roles": ["biologist"], "rpps": RPPS, "finess": [OTHER_SITE]},
            USUAL,
            Caller(Role.BIOLOGIST, RPPS, OTHER_SITE),
        ),
        ({"roles": ["operator"]}, USUAL, Caller(Role.OPERATOR)),
        # Nothing that a patient's token says of the person is kept.
        ({"roles": ["patient"], "rpps": "279035121518989", "sub": "f:1:MARTIN"}, USUAL, Caller(Role.PATIENT)),
        # Roles that are not ours say nothing.
        (
            {"realm_access": {"roles": ["offline_access", "prescriber"]}, "rpps": RPPS},
            USUAL,
            Caller(Role.PRESCRIBER, RPPS),
        ),
        # A national identifier is read as the number in it.
        (
            {"roles": ["biologist"], "rpps": f"8{RPPS}", "finess": f"1{SITE}"},
            USUAL,
            Caller(Role.BIOLOGIST, RPPS, SITE),
        ),
        # The first name that gives something counts.
        ({"roles": ["prescriber"], "rpps": "", "SubjectNameID": RPPS}, USUAL, Caller(Role.PRESCRIBER, RPPS)),
        (pro_sante_connect(SITE), BY_PROFESSION, Caller(Role.PRESCRIBER, RPPS, SITE)),
        (pro_sante_connect("", profession="60"), BY_PROFESSION, Caller(Role.SAMPLER, RPPS)),
        # Who works in several sites acts for none of them.
        (pro_sante_connect(SITE, OTHER_SITE), BY_PROFESSION, Caller(Role.PRESCRIBER, RPPS)),
        (pro_sante_connect(SITE, "", SITE), BY_PROFESSION, Caller(Role.PRESCRIBER, RPPS, SITE)),
        # A name may hold dots of its own.
        (
            {"https://a.example/roles": ["prescriber"], "rpps": RPPS},
            ClaimNames(roles=("https://a.example/roles",)),
            Caller(Role.PRESCRIBER, RPPS),
        ),
    ],
)
def test_claims_name_a_caller(claims: dict[str, Any], names: ClaimNames, caller: Caller) -> None:
    assert caller_from(claims, names) == caller


@pytest.mark.parametrize(
    "changes",
    [
        {"rpps": "1000568879"},
        {"rpps": "1000568879A"},
        {"rpps": "ANS20231122132732"},
        {"rpps": f" {RPPS}"},
        {"rpps": [RPPS, OTHER_RPPS]},
        {"rpps": True},
        {"rpps": {"value": RPPS}},
        {"finess": "75000001"},
        {"finess": [SITE, "nowhere"]},
        {"finess": 750000010.5},
    ],
)
def test_a_malformed_number_is_no_token(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        caller_from({"roles": ["biologist"], "rpps": RPPS, "finess": SITE, **changes}, USUAL)
    assert not any(part in str(refused.value.findings) for part in (RPPS, SITE))


@pytest.mark.parametrize(
    "claims",
    [
        {"rpps": RPPS},
        {"roles": [], "rpps": RPPS},
        {"roles": ["king"], "rpps": RPPS},
        {"roles": {"prescriber": True}, "rpps": RPPS},
        {"roles": ["prescriber", "biologist"], "rpps": RPPS},
        {"roles": ["prescriber"], "finess": SITE},
        {"roles": ["biologist"], "finess": SITE},
        {"roles": ["laboratory"], "rpps": RPPS},
        {"roles": ["laboratory"], "finess": [SITE, OTHER_SITE]},
    ],
)
def test_a_good_token_without_one_role_and_its_number_allows_nothing(claims: dict[str, Any]) -> None:
    with pytest.raises(Forbidden) as refused:
        caller_from(claims, USUAL)
    assert (type(refused.value), refused.value.code) == (Forbidden, "role")
