"""Bearer tokens behind one interface (interface.md §1): what each kind promises, and the two ways it says no."""

from collections.abc import Callable
from typing import Protocol

from kernel.errors import Forbidden, Unavailable
from prescription.caller import Caller


class Tokens(Protocol):
    """Tells who bears a token."""

    def caller(self, token: str) -> Caller:
        """Who bears it: `Unauthenticated`, or `Forbidden` (`role`) when it is good and gives no role here.

        `ProviderAway` when it cannot be told now.
        """
        ...


class Unauthenticated(Forbidden):
    """No token, or one that cannot be used: 401. It never says why, nor anything of the token."""

    @classmethod
    def because_of_the_token(cls) -> "Unauthenticated":
        """The one refusal, whatever the token."""
        return cls.because(
            "token",
            "Jeton absent, expiré ou non reconnu.",
            "Authorization: Bearer <jeton d'accès> ; en développement : dev:<rôle>:<RPPS ou vide>:<FINESS ou vide>.",
        )


class ProviderAway(Unavailable):
    """The identity provider does not answer, or not what it should: nothing is accepted on its behalf."""

    retry_after = 5
    """In seconds."""

    @classmethod
    def now(cls) -> "ProviderAway":
        """The one way to say so."""
        return cls.because("unavailable", "Le fournisseur d'identité ne répond pas.", "Réessayer dans un instant.")


Ask = Callable[[str], bytes]
"""Asks the provider about a token, and gives its answer; `ProviderAway` otherwise."""
Fetch = Callable[[], bytes]
"""Reads a document of the provider; `ProviderAway` otherwise."""
