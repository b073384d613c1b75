"""A judge reads files and refuses some; what it prints last is counted, so a judge that judged nothing cannot pass."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conformance import cda_material, java


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge said of some files: those it refused, the figures of its last line, and its report."""

    refused: frozenset[Path]
    figures: Mapping[str, int]
    report: str


@dataclass(frozen=True, slots=True)
class Judge:
    """One Java program of `judges/`: a file per argument, `FILE: PASS|FAIL` for each, exit status 0 or 1."""

    room: str
    program: str
    options: tuple[str, ...] = ()

    def __call__(self, paths: Sequence[Path]) -> Verdict:
        """Judges every path; JavaPartMissing when this machine cannot, RuntimeError when the judge breaks down."""
        class_path = java.class_path(self.room)
        result = java.java("-Xmx1g", "-cp", class_path, self.program, *self.options, *paths)
        verdicts = dict(re.findall(r"^(.+): (PASS|FAIL)\b", result.stdout, re.MULTILINE))
        figures = {
            name: int(figure) for name, figure in re.findall(r"(\w+)=(\d+)", result.stdout.strip().split("\n")[-1])
        }
        refused = frozenset(Path(path) for path, word in verdicts.items() if word == "FAIL")
        sound = (
            result.returncode == (1 if refused else 0)
            and set(verdicts) == {str(path) for path in paths}
            and (figures.get("files"), figures.get("failed")) == (len(paths), len(refused))
        )
        if not sound or not paths:
            raise RuntimeError(f"{self.program} broke down:\n{result.stdout}{result.stderr}")
        report = [line for line in result.stdout.splitlines() if not line.startswith("  warning")]
        return Verdict(refused, figures, "\n".join(report))


FHIR = Judge("fhir", "FhirValidate")
PDFA_1B = Judge("pdfa", "PdfaValidate", ("1b",))
LAB51 = Judge("lab51", "Lab51Validate")
XDS = Judge("xds", "XdsValidate")


def cda(kind: str) -> Judge:
    """The judge of CDA documents, over the material of the CI-SIS: `order` = with entries, `file` = a body that is a
    file. `JavaPartMissing` without the material."""
    return Judge("cda", "CdaValidate", (str(cda_material.material()), kind))
