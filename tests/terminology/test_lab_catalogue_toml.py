from decimal import Decimal
from pathlib import Path

import pytest

from kernel.errors import Invalid, NotFound
from terminology.lab_catalogue import Interval, Quantity
from terminology.lab_catalogue_toml import load_lab_catalogue, parse_lab_catalogue

HEAD = """
version = 3
effective_from = 2026-07-15T00:00:00+02:00
[laboratory]
finess = "750000010"
name = "LBM A"
mnemonic = "LBMA"
[units]
"g/L" = "gramme par litre"
"mL" = "millilitre"
[tubes.gel]
description = "Tube sec avec gel, bouchon jaune"
volume = 5.50
volume_unit = "mL"
"""
EXAM = """
[[exams]]
code = "ALB"
label = "Albumine"
value_types = ["NM"]
unit = "g/L"
reference_ranges = [{ low = 35, high = 50.0, sex = "F" }]
tubes = ["gel"]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        parse_lab_catalogue(text)
    return [f.path for f in refusal.value.findings]


def test_a_catalogue_reads_with_its_quantities_exact() -> None:
    catalogue = parse_lab_catalogue(HEAD + EXAM)
    exam = catalogue.exams[0]
    assert (catalogue.version, catalogue.laboratory.application) == (3, "CATALOGUE")
    assert exam.measure is not None
    assert exam.measure.reference_ranges[0].values == Interval(Decimal(35), Decimal("50.0"))
    assert exam.containers[0].cap_colour == "jaune"
    assert isinstance(exam.containers[0].volume, Quantity)
    assert str(exam.containers[0].volume.value) == "5.50"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('code = "ALB"', 'code = "ALB"\nunite = "g/L"', "exams[1] (ALB).unite"),
        ('label = "Albumine"', "", "exams[1] (ALB).label"),
        ('label = "Albumine"', "label = 3", "exams[1] (ALB).label"),
        ('unit = "g/L"', 'unit = "g/dL"', "exams[1] (ALB).unit"),
        ('["NM"]', '["NUM"]', "exams[1] (ALB).value_types"),
        ("low = 35", 'low = "35"', "exams[1] (ALB).reference_ranges[1].low"),
        ("low = 35", "min = 35", "exams[1] (ALB).reference_ranges[1].min"),
        ("high = 50.0", "high = nan", "exams[1] (ALB).reference_ranges[1].high"),
        ('tubes = ["gel"]', 'tubes = ["sec"]', "exams[1] (ALB).tubes"),
        ("+02:00", "", "effective_from"),
        ("version = 3", "version = true", "version"),
        ("volume = 5.50", "volume = false", "tubes.gel.volume"),
        ('finess = "750000010"', "", "laboratory.finess"),
        ("[units]", "[unites]", "unites"),
    ],
)
def test_a_fault_is_refused_where_it_stands(old: str, new: str, path: str) -> None:
    assert path in faults((HEAD + EXAM).replace(old, new))


def test_every_fault_is_told_at_once() -> None:
    assert len(faults(HEAD.replace("name =", "nom =") + EXAM.replace("unit =", "unite ="))) == 3


def test_broken_toml_and_missing_files_are_told(tmp_path: Path) -> None:
    assert faults("version = ") == [""]
    with pytest.raises(NotFound):
        load_lab_catalogue(tmp_path / "absent.toml")


def test_synonyms_that_repeat_the_label_are_dropped() -> None:
    exam = EXAM + 'synonyms = ["albumine", "Alb", "ALB", "Sérum-albumine"]\n'
    assert parse_lab_catalogue(HEAD + exam).exams[0].synonyms == ("Alb", "Sérum-albumine")
