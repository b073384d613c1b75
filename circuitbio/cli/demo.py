"""`circuitbio demo`: an order from the first keystroke to "done" at the laboratory, against the running service."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from circuitbio.cli.terminal import say, write_file
from circuitbio.examples import lab_catalogue_file, order_files
from circuitbio.service_client import Json, ServiceClient, parameters
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid
from lcsd.exchange_file import publish, read_publication
from lcsd.messages.control import Receiver
from terminology.lab_catalogue_toml import load_lab_catalogue

app = typer.Typer(add_completion=False)

LABORATORY = "laboratory::750000010"
BIOLOGIST = "biologist:89900000001:750000010"
_CODE_SYSTEM = "urn:oid:1.2.250.1.215.500.1.1"


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Dossier où laisser les ordonnances, les PDF et le catalogue.")] = (
        Path("demo")
    ),
) -> None:
    """Plays it on the three example orders."""
    client = ServiceClient(Settings().url)
    release = client.get("/health/ready")["release"]
    say(f"Service prêt, catalogue {release['label']} ({release['kind']}).")
    out.mkdir(parents=True, exist_ok=True)
    _search(client)
    for file in order_files():
        _Story(client, file, out).play()
    _catalogue(out)
    say(f"Tout est dans {out}/")


def _search(client: ServiceClient) -> None:
    for typed in ("nfs", "prl"):
        first = client.get("/api/examens", q=typed, limit=1)["items"][0]
        needed = [x["label"] for x in first["clinical_information"] if x["obligation"] == "obligatoire"]
        asks = f" ; demande : {', '.join(needed)}" if needed else ""
        say(f"Recherche « {typed} » : {first['code']} {first['display']} ({first['match']['value']}){asks}.")


class _Story:
    """One order, from signature to status."""

    def __init__(self, client: ServiceClient, file: Path, out: Path) -> None:
        self.client, self.name, self.out = client, file.stem, out
        self.order: Json = json.loads(file.read_text("utf-8"))
        self.code = ""
        self.version = 0

    def play(self) -> None:
        """Plays every step; each tells itself in one line."""
        say(f"— {self.name}")
        self.create()
        self.print()
        self.retrieve()
        self.claim()
        self.adapt()
        self.report()
        self.status()

    def tell(self, line: str) -> None:
        """One line of the story."""
        say(f"  {line}")

    def create(self) -> None:
        """The prescriber signs: the code comes back with every warning."""
        author = next(
            e["resource"]["identifier"][0]["value"]
            for e in self.order["entry"]
            if e["resource"]["resourceType"] == "Practitioner"
        )
        self.prescriber = f"prescriber:{author}:"
        made = self.client.operation("$epu-create", self.order, self.prescriber)
        self.code, self.version = made.text("code"), made.version
        warnings = [issue["details"]["text"] for issue in made.resource("outcome").get("issue", [])]
        self.tell(f"Créée : {len(made.parts('line'))} ligne(s), {len(warnings)} remarque(s), rien n'est bloqué.")
        for warning in warnings:
            self.tell(f"  remarque : {warning}")

    def print(self) -> None:
        """The sheet, with the code it now bears; both files appear whole or not at all."""
        head = self.order["entry"][0]["resource"]
        head["groupIdentifier"] = {"system": _CODE_SYSTEM, "value": self.code}
        write_file(self.out / f"{self.name}.json", json.dumps(self.order, ensure_ascii=False, indent=1).encode())
        pdf = self.client.pdf(self.order)
        write_file(self.out / f"{self.name}.pdf", pdf)
        self.tell(f"Imprimée : {self.name}.pdf ({len(pdf) // 1024} Kio), avec le QR code EPU et le datamatrix INS.")

    def retrieve(self) -> None:
        """At the counter: scanned, then typed as a hurried person would."""
        for mode, text in (("scanned", self.code), ("typed", _as_typed(self.code))):
            found = self.client.operation(
                "$epu-retrieve",
                parameters({"name": "code", "valueString": text}, {"name": "mode", "valueCode": mode}),
                LABORATORY,
            )
            if found.text("code") != self.code:
                raise Invalid.because("demo", "Le code relu n'est pas celui de l'ordonnance.")
        self.lines = [
            entry["resource"]["identifier"][0]["value"]
            for entry in found.resource("order")["entry"]
            if entry["resource"]["resourceType"] == "ServiceRequest"
        ]
        self.version = found.version
        self.tell(f"Au laboratoire : code scanné, puis saisi en minuscules avec espaces ; {len(self.lines)} ligne(s).")

    def claim(self) -> None:
        """The laboratory takes charge of every line."""
        claimed = self.mutate("$epu-claim", LABORATORY)
        self.tell(f"Prise en charge de {len(claimed)} ligne(s).")

    def adapt(self) -> None:
        """The biologist adds one exam, and takes it back: one line added, one removed, each with its reason."""
        added = self.mutate(
            "$epu-adapt",
            BIOLOGIST,
            {"name": "prescriber-contact", "valueCode": "informed"},
            _change("add", "good-practice-recommendation", request=_added_request(self.order)),
        )
        new_line = added[0]["id"]
        self.mutate(
            "$epu-adapt",
            BIOLOGIST,
            {"name": "prescriber-contact", "valueCode": "agreed"},
            _change("remove", "already-available", line=new_line),
        )
        self.tell("Adaptée : une ligne ajoutée (recommandation), puis retirée (résultat déjà disponible).")

    def report(self) -> None:
        """Every line of the prescriber is done."""
        performed = datetime.now(UTC).isoformat(timespec="seconds")
        reports = [
            {
                "name": "report",
                "part": [
                    {"name": "line", "valueUri": line},
                    {"name": "result", "valueCode": "done"},
                    {"name": "performed", "valueDateTime": performed},
                ],
            }
            for line in self.lines
        ]
        done = self.mutate("$epu-report", LABORATORY, *reports)
        due = [line["next-due"] for line in done if "next-due" in line]
        again = f" ; à refaire le {due[0]}" if due else ""
        self.tell(f"Réalisée : {len(done)} ligne(s){again}.")

    def status(self) -> None:
        """The prescriber sees what happened."""
        body = parameters({"name": "code", "valueString": self.code})
        seen = self.client.operation("$epu-status", body, self.prescriber).json["parameter"][0]["part"]
        states = [
            next(part["valueCode"] for part in line["part"] if part["name"] == "state")
            for line in seen
            if line["name"] == "line"
        ]
        status = next(part["valueCode"] for part in seen if part["name"] == "status")
        self.tell(f"Le prescripteur voit : {status} ({', '.join(states)}).")

    def mutate(self, operation: str, caller: str, *given: Json) -> list[dict[str, str]]:
        """One mutation on the version last seen; gives the lines it touched."""
        body = parameters({"name": "code", "valueString": self.code}, *given)
        answer = self.client.operation(operation, body, caller, self.version)
        self.version = answer.version
        return answer.parts("line")


def _as_typed(code: str) -> str:
    """The code as typed by hand from the sheet: groups, lower case, the letter O for zero."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4)).lower().replace("0", "o")


def _change(action: str, reason: str, line: str | None = None, request: Json | None = None) -> Json:
    part: list[Json] = [{"name": "action", "valueCode": action}, {"name": "reason", "valueCode": reason}]
    part += [{"name": "line", "valueUri": line}] if line else []
    part += [{"name": "request", "resource": request}] if request else []
    return {"name": "change", "part": part}


def _added_request(order: Json) -> Json:
    """A request for CRP, in the form of the order's own lines."""
    own = next(e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest")
    kept = ("resourceType", "status", "intent", "category", "authoredOn")
    added: Json = {key: copy.deepcopy(own[key]) for key in kept if key in own}
    added["code"] = {"coding": [{"system": "http://loinc.org", "code": "1988-5"}]}
    return added


def _catalogue(out: Path) -> None:
    catalogue = load_lab_catalogue(lab_catalogue_file())
    published = publish(catalogue, out, Receiver("DPI", "750000002"), SystemClock())
    read = read_publication(published.path)
    if read.catalogue != catalogue:
        raise Invalid.because("demo", "Le catalogue relu diffère du catalogue publié.")
    say(f"Catalogue : {published.path.name}, {published.exams} examens publiés en LCSD, relus à l'identique.")
