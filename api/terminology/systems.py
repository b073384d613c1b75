"""What each release publishes, by name: code systems, value sets, concept maps (terminology.md §5.1, §5.2).

Every list is made from a release and the canonical base; what a thing holds is in `content`. A thing is found by its
`id`, which is the same in every release, or by its `url`; its `version` tells the releases apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, Unpack

from api.fhir.systems import LATERALITIES, LOINC, NABM, SNOMED, code_system
from api.terminology.names import computer_name, resource_id
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import CodeStatus

LOINC_VALUE_SET = f"{LOINC}/vs"
NABM_VALUE_SET = f"{NABM}?vs"
# terminology.md §5.1: the value sets of the ANS that ours are taken from.
_SMT = "https://smt.esante.gouv.fr/fhir/ValueSet"
SPECIMENS_OF_ANS = f"{_SMT}/jdv-specimen-type-cisis"
TECHNIQUES_OF_ANS = f"{_SMT}/jdv-technique-biologie-cisis"
LATERALITIES_OF_ANS = f"{_SMT}/jdv-lateralite-cisis"
KNOWN_LATERALITIES = tuple(Coding(SNOMED, code, label) for code, label in LATERALITIES.items())
"""The laterality codes, for a release that does not list them."""

PUBLISHER = "Circuitbio"
LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. "
    "and the LOINC Committee, available at no cost under the license at http://loinc.org/license"
)
NABM_NOTICE = "NABM : Assurance maladie, Licence Ouverte v2"

CHAPTER_PREFIX = "demandes-chapitre-"
REQUESTS, RESTRICTED, RESULTS = "demandes", "demandes-liste-restreinte", "resultats"
INFORMATION, SPECIMENS = "renseignements-cliniques", "prelevements"
TECHNIQUES, LATERALITY_SET = "techniques", "lateralites"
LOINC_ID, NABM_ID = "loinc", "nabm"
NABM_TO_LOINC, LOINC_TO_NABM, UNITS = "nabm-loinc", "loinc-nabm", "unites-si-conventionnel"


@dataclass(frozen=True, slots=True)
class Canonical:
    """What a code system, value set or concept map says of itself. Texts are French; `oid` is dotted, empty = none.

    `fragment`: a code system of which this release holds a part only, or the value set of all its codes.
    `experimental`: unofficial content.
    `source` and `target` are the value sets a concept map goes between.
    """

    id: str
    url: str
    version: str
    name: str
    title: str
    description: str
    date: date
    experimental: bool
    copyright: str = ""
    oid: str = ""
    fragment: bool = False
    source: str = ""
    target: str = ""

    @property
    def publisher(self) -> str:
        """Who publishes this form of it; whose content it is stands in `copyright`."""
        return PUBLISHER


def version_of(system: str, release: Release) -> str:
    """The version of a code system held by a release: the publisher's when the release knows it, else the release's
    name; for a value set or a concept map always the release's name."""
    known = {LOINC: release.loinc_version, NABM: release.nabm_version}.get(system)
    return known or release.name


def code_systems(release: Release, base: str) -> tuple[Canonical, ...]:
    """The code systems of a release: LOINC and NABM as fragments, then the internal ones, complete.

    Those of a list that the release does not use (`chapitres`, `localisations`, `lateralites` of our own) are there
    only when it does.
    """
    make = _Maker(release, f"{base}/CodeSystem")
    loinc = make(
        LOINC_ID,
        "LOINC",
        "LOINC, codes du circuit de la biologie",
        "Les codes LOINC des demandes, des résultats et des chapitres de cette version, et eux seuls.",
        url=LOINC,
        copyright=LOINC_NOTICE,
        oid="2.16.840.1.113883.6.1",
        fragment=True,
    )
    nabm = make(
        NABM_ID,
        "NABM",
        "NABM, actes liés aux demandes",
        "Les actes de la NABM liés aux demandes de cette version ; ni leurs libellés ni leur hiérarchie ne sont tenus.",
        url=NABM,
        copyright=NABM_NOTICE,
        oid="1.2.250.1.215.300.2",
        fragment=True,
    )
    used = _systems_used(release)
    own = [make(id_, *told) for id_, *told in _INTERNAL if id_ not in _WHEN_USED or code_system(base, id_) in used]
    return (loinc, nabm, *own)


# id, name, title, description
_INTERNAL = (
    (
        "codes-attente",
        "CodesAttente",
        "Codes d'attente",
        "Codes nationaux provisoires des demandes et des résultats qui n'ont pas encore de code LOINC.",
    ),
    ("rihn", "RIHN", "Codes RIHN liés aux demandes", "Actes du référentiel des actes innovants hors nomenclature."),
    (
        INFORMATION,
        "RenseignementsCliniques",
        "Renseignements cliniques",
        "Les renseignements qu'un examen attend, et les réponses de leurs listes de choix.",
    ),
    ("classe-demande", "ClasseDemande", "Classe d'une demande", "Order, Both, Observation : les valeurs d'ORDER_OBS."),
    ("type-designation", "TypeDesignation", "Types de désignation", "À quoi sert un autre libellé d'un code."),
    ("chapitres", "Chapitres", "Chapitres sans code LOINC", "Chapitres de cette version que LOINC ne code pas."),
    ("localisations", "Localisations", "Localisations (SPM-8)", "Sites de prélèvement du jeu de valeurs."),
    (LATERALITY_SET, "Lateralites", "Latéralités (SPM-9)", "Latéralités du jeu de valeurs sans code SNOMED CT."),
)
_WHEN_USED = frozenset({"chapitres", "localisations", LATERALITY_SET})


def value_sets(release: Release, base: str) -> tuple[Canonical, ...]:
    """The value sets of a release, those of the chapters of its requests among them, then the two implicit ones."""
    make = _Maker(release, f"{base}/ValueSet")
    own = (
        make(
            REQUESTS,
            "Demandes",
            "Examens de biologie médicale prescriptibles",
            "Les examens qu'un prescripteur peut demander.",
            copyright=LOINC_NOTICE,
        ),
        make(
            RESTRICTED,
            "DemandesListeRestreinte",
            "Examens de la liste restreinte",
            "Les examens dont un résultat est de la liste restreinte ; ceux dont on l'ignore n'y sont pas.",
            copyright=LOINC_NOTICE,
        ),
        *(
            make(
                chapter_id(chapter.code),
                computer_name("DemandesChapitre", chapter.code.title()),
                f"Examens du chapitre {chapter.display or chapter.code}",
                "Les examens qu'un prescripteur peut demander, d'un seul chapitre.",
                copyright=LOINC_NOTICE,
            )
            for chapter in chapters(release)
        ),
        make(
            RESULTS,
            "Resultats",
            "Analyses porteuses de résultat",
            "Les analyses qu'un laboratoire rend.",
            copyright=LOINC_NOTICE,
        ),
        make(INFORMATION, "RenseignementsCliniques", "Renseignements cliniques", "Ce qu'un examen peut attendre."),
        make(SPECIMENS, "Prelevements", "Natures de prélèvement (SPM-4)", f"D'après {SPECIMENS_OF_ANS}."),
        make(TECHNIQUES, "Techniques", "Techniques de biologie", f"D'après {TECHNIQUES_OF_ANS}."),
        make(LATERALITY_SET, "Lateralites", "Latéralités (SPM-9)", f"D'après {LATERALITIES_OF_ANS}."),
    )
    implicit = (
        make(
            LOINC_ID,
            "LOINCFragment",
            "Tous les codes LOINC tenus",
            "Le fragment de LOINC que tient cette version.",
            url=LOINC_VALUE_SET,
            copyright=LOINC_NOTICE,
            fragment=True,
        ),
        make(
            NABM_ID,
            "NABMFragment",
            "Tous les actes de la NABM tenus",
            "Les actes de la NABM liés aux demandes de cette version.",
            url=NABM_VALUE_SET,
            copyright=NABM_NOTICE,
            fragment=True,
        ),
    )
    return own + implicit


def concept_maps(release: Release, base: str) -> tuple[Canonical, ...]:
    """The concept maps of a release; those of the laboratories are not of a release (`api/fhir/concept_map.py`)."""
    make = _Maker(release, f"{base}/ConceptMap")
    requests, results = f"{base}/ValueSet/{REQUESTS}", f"{base}/ValueSet/{RESULTS}"
    both = f"{NABM_NOTICE}\n{LOINC_NOTICE}"
    return (
        make(
            NABM_TO_LOINC,
            "NABMVersLOINC",
            "Actes de la NABM vers les demandes",
            "Un acte est une facturation, non une analyse : la correspondance est un simple lien.",
            copyright=both,
            source=NABM_VALUE_SET,
            target=requests,
        ),
        make(
            LOINC_TO_NABM,
            "LOINCVersNABM",
            "Demandes vers les actes de la NABM",
            "Un acte est une facturation, non une analyse : la correspondance est un simple lien.",
            copyright=both,
            source=requests,
            target=NABM_VALUE_SET,
        ),
        make(
            UNITS,
            "UnitesSIConventionnel",
            "Analyses jumelles, unités SI et conventionnelles",
            "L'analyse jumelle et, quand il est connu, le facteur : valeur(cible) = valeur(source) × facteur.",
            copyright=LOINC_NOTICE,
            source=results,
            target=results,
        ),
    )


def find(things: Iterable[Canonical], *, id: str | None = None, url: str | None = None) -> Canonical | None:
    """The one with this id, or this url (without version); None when there is none."""
    return next((t for t in things if (id is not None and t.id == id) or (url is not None and t.url == url)), None)


def chapters(release: Release) -> tuple[Coding, ...]:
    """The chapters its requests in force are in, in the order of its list of chapters, then of the requests."""
    used = dict.fromkeys(r.chapter for r in release.requests if r.chapter and r.status is not CodeStatus.RETIRED)
    listed = [chapter for chapter in release.lists.chapters if chapter in used]
    return tuple(dict.fromkeys([*listed, *used]))


def chapter_id(code: str) -> str:
    """The id of the value set of one chapter's requests."""
    return resource_id(CHAPTER_PREFIX.rstrip("-"), code)


def _systems_used(release: Release) -> set[str]:
    """The systems of the chapters, sites and lateralities of a release."""
    listed = (*release.lists.chapters, *release.lists.sites, *release.lists.lateralities)
    of_requests = (
        coding
        for r in release.requests
        for coding in (r.chapter, r.sub_chapter, *r.sites, *r.lateralities)
        if coding is not None
    )
    of_results = (c for r in release.results for c in (r.chapter, r.sub_chapter) if c is not None)
    return {coding.system for coding in (*listed, *of_requests, *of_results)}


class _More(TypedDict, total=False):
    """What only some canonicals have."""

    copyright: str
    oid: str
    fragment: bool
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the canonicals of one kind in one release: only what differs has to be said."""

    release: Release
    folder: str

    def __call__(
        self, id_: str, name: str, title: str, description: str, url: str = "", **more: Unpack[_More]
    ) -> Canonical:
        return Canonical(
            id=id_,
            url=url or f"{self.folder}/{id_}",
            version=version_of(url, self.release),
            name=name,
            title=title,
            description=f"{description} {self.release.notice}".strip(),
            date=self.release.published,
            experimental=bool(self.release.notice),
            **more,
        )
