"""Birth places through time, from files as INSEE publishes them (prescription.md §9, seed 003 « COG »)."""

from datetime import date
from pathlib import Path

import pytest

from kernel.errors import Invalid
from prescription.identity.cog import Gazetteer, Place, Succession, gazetteer
from prescription.identity.cog_files import read_gazetteer

COMMUNES = """TYPECOM,COM,TNCC,NCC,NCCENR,LIBELLE,DATE_DEBUT,DATE_FIN
COM,01004,1,AMBERIEU,Ambérieu,Ambérieu,1943-01-01,1955-03-31
COM,01004,1,AMBERIEU EN BUGEY,Ambérieu-en-Bugey,Ambérieu-en-Bugey,1955-03-31,
"""
COUNTRIES = """COG,CRPAY,LIBCOG,LIBENR,DATE_DEBUT,DATE_FIN
99234,,CAMBODGE,CAMBODGE,1943-01-01,
"""
EVENTS = """MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,\
NCCENR_AP,LIBELLE_AP
32,2016-01-01,COM,01005,0,A,A,A,COM,01006,0,B,B,B
10,1955-03-31,COM,01004,1,AMBERIEU,Ambérieu,Ambérieu,COM,01004,1,AMBERIEU EN BUGEY,Ambérieu-en-Bugey,Ambérieu-en-Bugey
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {"v_commune_depuis_1943": COMMUNES, "v_pays": COUNTRIES, "v_mvt_commune": EVENTS}.items():
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    return tmp_path


def test_a_place_has_the_name_it_had_on_the_day_of_birth(folder: Path) -> None:
    places = read_gazetteer(folder)
    assert _names(places, "amberi", date(1950, 6, 1)) == ["Ambérieu"]
    assert _names(places, "Ambérieu", date(1955, 3, 31)) == ["Ambérieu-en-Bugey"]
    assert _names(places, "01004", date(1920, 1, 1)) == ["Ambérieu"]
    assert places.named("01004", date(1950, 6, 1)) == Place("01004", "Ambérieu", None, date(1955, 3, 31))


def test_countries_stand_beside_communes_and_events_explain_a_discordance(folder: Path) -> None:
    places = read_gazetteer(folder)
    assert _names(places, "cambo", None) == ["CAMBODGE"]
    assert places.related("01006", "01005")
    assert not places.related("01004", "01005")


def test_without_files_nothing_is_known_and_nothing_is_wrong() -> None:
    nowhere = Gazetteer()
    assert (bool(nowhere), nowhere.named("51215", None), nowhere.begun_by("par", None)) == (False, None, [])


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("autre.csv", b"a,b\n1,2\n", "autre.csv, ligne 1"),
        ("latin.csv", "COM,LIBELLE\n01004,Ambérieu\n".encode("latin-1"), "latin.csv"),
        ("jour.csv", b"COM,LIBELLE,DATE_DEBUT\n01004,A,hier\n", "jour.csv, ligne 2"),
        ("court.csv", b"COM_AV,COM_AP,DATE_EFF\n01004\n", "court.csv, ligne 2"),
    ],
)
def test_a_file_that_is_none_of_insee_is_named_with_its_line(
    tmp_path: Path, name: str, content: bytes, where: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid) as refused:
        read_gazetteer(tmp_path)
    assert refused.value.findings[0].path == where


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="aucun fichier"):
        read_gazetteer(tmp_path / "absent")


def test_ten_places_at_most_each_once() -> None:
    many = gazetteer(
        [Place(f"{number:05d}", "Sainte-Colombe") for number in range(13)], [Succession("1", "2", date.min)]
    )
    assert len(many.begun_by("sainte c", None)) == 10


def _names(places: Gazetteer, text: str, day: date | None) -> list[str]:
    return [place.name for place in places.begun_by(text, day)]
