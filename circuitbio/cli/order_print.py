"""`circuitbio order print`: the documents of one order, or of every order of a folder."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.checking import CheckedOrder
from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.order_file import checked_file, rules_of, summary
from circuitbio.cli.progress import progress
from circuitbio.cli.terminal import read_file, say, show_findings, write_file
from circuitbio.sealing import seal_of
from circuitbio.settings import Settings
from kernel.errors import CircuitbioError, Invalid
from kernel.findings import errors
from prescription.rules.rule import RuleContext
from printing.bitmap import Bitmap, read_bitmap
from printing.documents import Document, Form, check_form, render
from printing.options import PrintOptions
from printing.preview import pages_as_png
from printing.sealing import Seal, sealing_at


def print_(
    source: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Bundle FHIR JSON, ou un dossier de .json.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Fichier, ou dossier pour un dossier ; à défaut à côté.")
    ] = None,
    kind: Annotated[Document, typer.Option(help="Ordonnance, fiche de consignes du patient, ou les deux.")] = (
        Document.ORDER
    ),
    form: Annotated[Form, typer.Option("--format", help="html : la fiche de consignes seulement.")] = Form.PDF,
    draft: Annotated[bool, typer.Option("--draft", help="Projet : sans code, barré « PROJET ».")] = False,
    reprint: Annotated[int | None, typer.Option(help="Numéro de réimpression.", min=1)] = None,
    copy_for_record: Annotated[
        bool, typer.Option("--copy-for-record", help="Copie d'une ordonnance annulée, barrée « ANNULÉE ».")
    ] = False,
    signature: Annotated[
        Path | None, typer.Option("--signature-image", help="Image de la signature, PNG en noir et blanc.")
    ] = None,
    paraph: Annotated[Path | None, typer.Option(help="Image du paraphe, PNG en noir et blanc.")] = None,
    stamp: Annotated[Path | None, typer.Option(help="Image du cachet, PNG en noir et blanc.")] = None,
    png: Annotated[bool, typer.Option("--png", help="Aperçu : une image par page, à la place du PDF.")] = False,
) -> int:
    """Imprime une ordonnance, ou toutes celles d'un dossier, en PDF (A4, PDF/A-1b)."""
    check_form(kind, form)
    if png and form is Form.HTML:
        raise Invalid.because("preview", "L'aperçu en PNG est celui du PDF.", "Retirer --png ou --format html.")
    settings = Settings()
    options = PrintOptions(
        draft=draft,
        reprint=reprint,
        reprinted_at=datetime.now().astimezone() if reprint else None,
        privacy_notice=settings.rgpd_mention or None,
        copy_for_record=copy_for_record,
        signature=_picture(signature),
        paraph=_picture(paraph),
        stamp=_picture(stamp),
    )
    rules = rules_of(settings, catalogue_at_hand(settings))
    printer = _Printer(settings, rules, kind, form, options, seal_of(settings), png)
    return printer.print_folder(source, out or source) if source.is_dir() else printer.print_file(source, out)


def _picture(file: Path | None) -> Bitmap | None:
    return read_bitmap(read_file(file), file.name) if file else None


@dataclass(frozen=True, slots=True)
class _Printer:
    """What is the same for every order of a run."""

    settings: Settings
    rules: RuleContext
    document: Document
    form: Form
    options: PrintOptions
    seal: Seal | None
    png: bool

    def print_file(self, file: Path, out: Path | None) -> int:
        """One order: every reason why it is not printed, or the files that were written."""
        checked = self._checked(file)
        if errors(checked.findings):
            show_findings(checked.findings)
            say(f"{file} : non imprimée, {summary(checked)}")
            return 1
        for target in self._print(checked, out or self._beside(file, file.parent)):
            say(f"{target} : {target.stat().st_size} octets")
        return 0

    def print_folder(self, folder: Path, out: Path) -> int:
        """Every order of a folder, one after the other: what cannot be printed is named at the end, with its reason."""
        files = sorted(path for path in folder.glob("*.json") if path.is_file())
        if not files:
            raise Invalid.because("no-order", f"{folder} : aucune ordonnance .json.", "Donner un dossier de .json.")
        out.mkdir(parents=True, exist_ok=True)
        refused: list[tuple[str, str]] = []
        with progress() as bar:
            for file in bar.track(files, description="Impression"):
                if reason := self._refusal(file, self._beside(file, out)):
                    refused.append((file.name, reason))
        for name, reason in refused:
            say(f"{name} : non imprimée. {reason}")
        say(f"{len(files) - len(refused)} ordonnance(s) imprimée(s) dans {out}, {len(refused)} refusée(s)")
        return 1 if refused else 0

    def _refusal(self, file: Path, target: Path) -> str:
        """Why this order was not printed; empty when it was."""
        try:
            self._print(self._checked(file), target)
        except CircuitbioError as error:
            first, others = error.findings[0], len(error.findings) - 1
            return f"{first.message} {first.hint}".rstrip() + (f" (et {others} autre(s) remarque(s))" if others else "")
        except Exception as error:
            # A fault of ours is told without its text, which could quote the order, and the next ones are printed.
            return f"Erreur interne ({type(error).__name__})."
        return ""

    def _checked(self, file: Path) -> CheckedOrder:
        return checked_file(file, self.settings, self.rules, cancelled_too=True)

    def _print(self, checked: CheckedOrder, target: Path) -> list[Path]:
        """Writes the document of one order whole, or nothing; gives the names of what it wrote."""
        options = replace(self.options, sealing=sealing_at(self.seal, datetime.now().astimezone()))
        content = render(self.document, self.form, checked.accepted(), self.rules.catalogue, options)
        if not self.png:
            write_file(target, content)
            return [target]
        written = []
        for number, picture in enumerate(pages_as_png(content), start=1):
            written.append(target.with_name(f"{target.stem}-{number}.png"))
            write_file(written[-1], picture)
        return written

    def _beside(self, file: Path, folder: Path) -> Path:
        sheet = "-fiche" if self.document is Document.PATIENT_SHEET else ""
        return folder / f"{file.stem}{sheet}.{self.form.value}"
