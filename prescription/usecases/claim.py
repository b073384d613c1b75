"""$epu-claim and $epu-release: a laboratory takes charge of lines, or gives them back (prescription.md §6)."""

from collections.abc import Sequence

from kernel.errors import Invalid
from kernel.ins import Ins
from prescription import lifecycle
from prescription.epu_code import EpuCode
from prescription.lifecycle import Change
from prescription.record import EpuRecord
from prescription.usecases.access import Access
from prescription.usecases.retrieve import Binding, binding_of


def claim(
    access: Access,
    code: EpuCode,
    version: int,
    line_ids: Sequence[str],
    *,
    takeover: bool = False,
    ins: Ins | None = None,
    identity_confirmed: bool = False,
) -> Change:
    """Claims lines; an identity that contradicts the order is refused unless confirmed, which is traced."""
    access.check_role()

    def move(record: EpuRecord) -> Change:
        if binding_of(access, code, record, ins) is Binding.MISMATCH:
            if not identity_confirmed:
                raise Invalid.because(
                    "identity-mismatch",
                    "L'identité lue n'est pas celle de cette ordonnance.",
                    "Vérifier la feuille et le patient ; confirmer l'identité (identity-confirmed) si elle est sûre.",
                    "ins",
                )
            access.trace("identity-confirmed", code)
        return lifecycle.claim(
            record,
            access.caller.holder,
            line_ids,
            access.now,
            takeover=takeover,
            identity_confirmed=identity_confirmed,
        )

    return access.change(code, version, move)


def release(access: Access, code: EpuCode, version: int, line_ids: Sequence[str]) -> Change:
    """Gives back lines the caller holds."""
    access.check_role()
    return access.change(
        code, version, lambda record: lifecycle.release(record, access.caller.holder, line_ids, access.now)
    )
