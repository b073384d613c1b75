"""Making a release the one that is served: asked, checked, tried, then switched at once (terminology.md §1.4.10)."""

from collections.abc import Callable
from datetime import datetime

from kernel.errors import Conflict
from kernel.findings import Finding, Severity
from terminology.ports import ReleaseStore
from terminology.release import Release
from terminology.release_record import ActiveRelease, ReleaseRecord, ReleaseStatus


def activate(
    store: ReleaseStore,
    name: str,
    by: str,
    now: datetime,
    confirmed_report: str | None = None,
    attempt: Callable[[Release], None] = lambda _: None,
) -> ActiveRelease:
    """Switches to the release `name`, by the person or program `by`.

    `attempt` does with the release all that serving it will take, and raises when it cannot; nothing is switched
    then. `Conflict`: `withdrawn`; `not-activable` when its report forbids it, whoever confirms; `report-unconfirmed`
    when the report holds errors and `confirmed_report` is not its hash.
    """
    record = store.record(name)
    check_activable(record, confirmed_report)
    attempt(store.load(record.name))
    return store.activate(record.name, by, now)


def check_activable(record: ReleaseRecord, confirmed_report: str | None) -> None:
    """Nothing when `record` may be activated; otherwise `Conflict` with every reason."""
    if record.status is ReleaseStatus.WITHDRAWN:
        raise Conflict.because(
            "withdrawn", f"La version {record.name} est retirée.", "L'importer de nouveau, ou en choisir une autre."
        )
    if record.refusals:
        hint = "Corriger le fichier et l'importer de nouveau."
        raise Conflict([Finding(Severity.ERROR, "not-activable", reason, hint) for reason in record.refusals])
    if record.errors and confirmed_report != record.report_hash:
        raise Conflict.because(
            "report-unconfirmed",
            f"Le rapport d'import de {record.name} contient {record.errors} erreur(s) : "
            + ("un autre rapport a été confirmé." if confirmed_report else "il faut l'avoir lu."),
            f"Le lire (circuitbio terminology show {record.name}), puis confirmer son empreinte par --report.",
        )
