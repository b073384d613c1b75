"""Bundle `searchset`: a page of what was found, the links to the others, what was not understood (FHIR R4 3.1.1)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.fhir.canonical import write_meta
from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.operation_outcome import write_outcome
from kernel.findings import Finding


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page. `folder` is the address of the type, `links` go by relation; `notices` are for the caller. `total` is
    None where it is not counted."""

    folder: str
    total: int | None
    resources: Sequence[JsonObject]
    links: Mapping[str, str]
    notices: Sequence[Finding]
    modified: datetime
    base: str


def write_search_bundle(page: SearchPage) -> JsonObject:
    """The Bundle; its notices are one last entry of mode `outcome`, which `total` does not count."""
    entries: list[JsonObject] = [
        {"fullUrl": f"{page.folder}/{resource['id']}", "resource": resource, "search": {"mode": "match"}}
        for resource in page.resources
    ]
    if page.notices:
        name = "\n".join(f"{notice.code} {notice.path}" for notice in page.notices)
        entries.append(
            {
                "fullUrl": uuid.uuid5(uuid.NAMESPACE_URL, name).urn,
                "resource": write_outcome(page.notices, page.base),
                "search": {"mode": "outcome"},
            }
        )
    return present(
        {
            "resourceType": "Bundle",
            "meta": write_meta(page.modified),
            "type": "searchset",
            "total": page.total,
            "link": [{"relation": relation, "url": url} for relation, url in page.links.items()],
            "entry": entries,
        }
    )
