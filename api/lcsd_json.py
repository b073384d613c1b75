"""Versions of a laboratory's catalogue and what was sent of them, as JSON and as a page (lcsd.md §6)."""

from datetime import datetime

from starlette.responses import Response

from api.fhir.json import JsonObject
from api.pages import html_page, joined, paragraph, table
from lcsd.publishing import Publisher


def write_state(publisher: Publisher) -> JsonObject:
    """Versions, subscribers that are behind, deliveries."""
    current = publisher.current()
    return {
        "finess": publisher.finess,
        "current": current.number if current else None,
        "behind": list(publisher.behind()),
        "versions": [
            {
                "number": v.number,
                "state": v.state.value,
                "author": v.author,
                "created": v.created.isoformat(),
                "effective_from": v.effective_from.isoformat(),
                "effective_to": _iso(v.effective_to),
                "sha256": v.sha256,
                "note": v.note,
            }
            for v in publisher.store.versions(publisher.finess)
        ],
        "deliveries": [
            {
                "subscriber": d.subscriber,
                "version": d.version,
                "message": d.identifier,
                "state": d.state.value,
                "attempts": d.attempts,
                "sent": _iso(d.sent),
                "answered": _iso(d.answered),
                "sha256": d.sha256,
                "detail": d.detail,
            }
            for d in publisher.store.deliveries(publisher.finess)
        ],
    }


def state_page(publisher: Publisher) -> Response:
    """The same for people."""
    behind = publisher.behind()
    versions = (
        (v.number, v.state.value, v.author, _day(v.effective_from), _day(v.effective_to), v.note, v.sha256[:12])
        for v in publisher.store.versions(publisher.finess)
    )
    subscribers = (
        (s.name, s.application, s.finess, s.channel.value, "non" if s.name in behind else "oui")
        for s in publisher.store.subscribers(publisher.finess)
    )
    deliveries = (
        (d.subscriber, d.version, d.identifier, d.state.value, d.attempts, _day(d.sent), _day(d.answered), d.detail)
        for d in publisher.store.deliveries(publisher.finess)
    )
    late = [paragraph(f"Pas encore à la version courante : {', '.join(behind)}.", "notice")] if behind else []
    parts = [
        *late,
        table("Versions", ("N°", "État", "Auteur", "Du", "Au", "Note", "Empreinte"), versions),
        table("Abonnés", ("Nom", "Application", "FINESS", "Voie", "À jour"), subscribers),
        table(
            "Envois",
            ("Abonné", "Version", "Message", "État", "Essais", "Envoyé", "Répondu", "Détail"),
            deliveries,
        ),
    ]
    return html_page(f"Publication du catalogue, FINESS {publisher.finess}", joined(parts))


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _day(instant: datetime | None) -> str:
    return f"{instant:%d/%m/%Y %H:%M}" if instant else "–"
