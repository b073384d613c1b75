"""Who sees a basket and who changes it (prescription.md §2.1). One that a caller may not see does not exist for him.

A personal basket is its owner's alone. A shared one is seen by the prescribers of its organization, or by all those
who prescribe for a specialty's; its maintainers change it, and operators keep the shared ones in order.
"""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from kernel.errors import Forbidden, Invalid, NotFound
from kernel.findings import Finding, errors
from prescription.basket import Basket, BasketContent, BasketOwner, OwnerKind
from prescription.caller import Caller, Role
from prescription.labels import with_release_label
from prescription.ports import Baskets
from prescription.rules import check_lines
from prescription.rules.rule import RuleContext, error
from prescription.usecases.access import VersionConflict

READERS = frozenset({Role.PRESCRIBER, Role.OPERATOR})
MOST_LINES = 100
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptBasket:
    """A basket after a change or for a reading, and what there is to say about its lines."""

    basket: Basket
    findings: tuple[Finding, ...]


def check_role(caller: Caller) -> None:
    """`Forbidden` (`role`) when baskets are not for this caller."""
    if caller.role not in READERS or (caller.role is Role.PRESCRIBER and not caller.id):
        raise Forbidden.because(
            "role", "Les paniers sont ceux des prescripteurs.", "Rôles admis : operator, prescriber."
        )


@dataclass(frozen=True, slots=True)
class BasketDesk:
    """One caller at work on the baskets, under the rules of the day."""

    caller: Caller
    baskets: Baskets
    rules: RuleContext
    starter: tuple[Basket, ...] = ()

    def listed(self) -> tuple[Basket, ...]:
        """Every basket the caller sees, by name."""
        check_role(self.caller)
        seen = (*self.baskets.owned_by(self._sees()), *self.starter)
        return tuple(sorted(seen, key=lambda b: (b.content.name.casefold(), b.id)))

    def read(self, id_: str) -> KeptBasket:
        """One basket, and what the release of today says of its lines: W-OLDCODE, W-CODE… ask for another look."""
        check_role(self.caller)
        basket = self._seen(id_)
        return KeptBasket(basket, check_lines(basket.content.lines, self.rules))

    def versions(self, id_: str) -> tuple[Basket, ...]:
        """All versions of a basket, the first one first."""
        check_role(self.caller)
        seen = self._seen(id_)
        return (seen,) if seen in self.starter else self.baskets.versions(seen.id)

    def create(self, content: BasketContent, now: datetime) -> KeptBasket:
        """Keeps a new basket; `Invalid` with everything that is wrong with it."""
        check_role(self.caller)
        content, findings = self._checked(content)
        if not content.maintainers and content.owner.shared and self.caller.role is Role.PRESCRIBER:
            content = replace(content, maintainers=(self.caller.id,))
        basket = Basket(str(uuid.uuid4()), content, 1, now, self._signature)
        # Everybody sees those of a specialty: nobody makes himself the maintainer of one.
        if content.owner.kind is OwnerKind.SPECIALTY and self.caller.role is not Role.OPERATOR:
            raise _not_yours()
        self._check_may_write(basket)
        self.baskets.add(basket)
        return KeptBasket(basket, findings)

    def replace(self, id_: str, version: int, content: BasketContent, now: datetime) -> KeptBasket:
        """Keeps the next version; `VersionConflict` when the basket is no longer at `version`."""
        check_role(self.caller)
        known = self._seen(id_)
        self._check_may_write(known)
        content, findings = self._checked(content)
        if content.owner != known.content.owner:
            raise Invalid.because("bad-parameter", "Un panier ne change pas de propriétaire.", "Le copier.", "owner")
        basket = Basket(known.id, content, version + 1, now, self._signature)
        if known.version != version or not self.baskets.replace(basket):
            raise _changed(known.version)
        return KeptBasket(basket, findings)

    def delete(self, id_: str, version: int) -> None:
        """Deletes a basket with its versions; the orders its lines were copied into keep them."""
        check_role(self.caller)
        known = self._seen(id_)
        self._check_may_write(known)
        if known.version != version or not self.baskets.delete(known.id, version):
            raise _changed(known.version)

    def may_write(self, basket: Basket) -> bool:
        """Whether the caller may change this basket."""
        owner, kept_by = basket.content.owner, basket.content.maintainers
        if owner == BasketOwner(OwnerKind.PRACTITIONER, self.caller.id):
            return True
        if not owner.shared or basket in self.starter:
            return False
        at_home = owner.kind is not OwnerKind.ORGANIZATION or self.caller.finess == owner.id
        return self.caller.role is Role.OPERATOR or (self.caller.id in kept_by and at_home)

    @property
    def _signature(self) -> str:
        return self.caller.id or self.caller.role.value

    def _sees(self) -> tuple[BasketOwner, ...]:
        """The owners whose baskets are seen; one without id stands for all of its kind."""
        if self.caller.role is Role.OPERATOR:
            return (BasketOwner(OwnerKind.ORGANIZATION, ""), BasketOwner(OwnerKind.SPECIALTY, ""))
        own = BasketOwner(OwnerKind.PRACTITIONER, self.caller.id)
        site = (BasketOwner(OwnerKind.ORGANIZATION, self.caller.finess),) if self.caller.finess else ()
        return (own, *site, BasketOwner(OwnerKind.SPECIALTY, ""))

    def _seen(self, id_: str) -> Basket:
        shipped = next((basket for basket in self.starter if basket.id == id_), None)
        if shipped is not None:
            return shipped
        basket = self.baskets.find(id_) if _ID.fullmatch(id_) else None
        if basket is None or not any(
            owner.kind is basket.content.owner.kind and owner.id in ("", basket.content.owner.id)
            for owner in self._sees()
        ):
            raise NotFound.because("not-found", "Aucun panier de cet identifiant.", "Relire la liste des paniers.")
        return basket

    def _check_may_write(self, basket: Basket) -> None:
        if not self.may_write(basket):
            raise _not_yours()

    def _checked(self, content: BasketContent) -> tuple[BasketContent, tuple[Finding, ...]]:
        findings = check_lines(content.lines, self.rules)
        wrong = list(errors(findings))
        if not content.lines:
            wrong.append(error("no-line", "Le panier n'a aucune ligne.", "Ajouter au moins un examen.", "lines"))
        if len(content.lines) > MOST_LINES:
            wrong.append(error("too-long", f"{MOST_LINES} lignes au plus dans un panier.", "Le partager.", "lines"))
        if wrong:
            raise Invalid(wrong)
        labelled = tuple(with_release_label(line, self.rules.catalogue) for line in content.lines)
        return replace(content, lines=labelled), findings


def _not_yours() -> Forbidden:
    return Forbidden.because(
        "not-owner", "Ce panier n'est pas à vous.", "Le garder sous votre nom, ou demander à qui l'entretient."
    )


def _changed(current: int) -> VersionConflict:
    conflict = VersionConflict.because("version", "Le panier a changé depuis votre lecture.", "Le relire.")
    conflict.current = current
    return conflict
