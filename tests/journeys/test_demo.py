"""The whole story, as a newcomer plays it: a service of its own process, the demo, and what it leaves."""

import json
from pathlib import Path

import pytest
import zxingcpp

from tests.journeys.running import circuitbio
from tests.printing.reading import pages

INS = (
    b"IS010000000000000000000000S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE MARIE-LOUISE\x1d"
    b"S4PAT-TROIS\x1dS5FS628-03-1979S751215"
)
NAMES = ("01-nfs", "02-prolactine", "03-bizone")


def test_it_leaves_an_order_and_a_sheet_each_and_one_catalogue(played: tuple[Path, str]) -> None:
    folder, said = played
    kinds = {kind: sorted(path.stem for path in folder.glob(f"*.{kind}")) for kind in ("json", "pdf", "hl7")}
    assert kinds["json"] == kinds["pdf"] == list(NAMES)
    assert len(kinds["hl7"]) == 1
    assert "renseignement clinique à préciser" in said
    assert str(folder) in said


@pytest.mark.parametrize("name", NAMES)
def test_both_codes_are_read_back_from_every_page_by_an_independent_decoder(
    played: tuple[Path, str], name: str
) -> None:
    folder, _ = played
    order = json.loads((folder / f"{name}.json").read_text("utf-8"))
    code = order["entry"][0]["resource"]["groupIdentifier"]["value"].encode()
    for page in pages((folder / f"{name}.pdf").read_bytes(), dpi=200):
        assert {bytes(symbol.bytes) for symbol in zxingcpp.read_barcodes(page)} == {code, INS}


def test_the_catalogue_is_read_back_and_a_damaged_one_is_refused_whole(played: tuple[Path, str]) -> None:
    file = next(played[0].glob("*.hl7"))
    assert json.loads(circuitbio("lcsd", "read", str(file), "--json").stdout)["laboratory"]["finess"] == "750000010"
    cut = file.with_name("coupe.hl7")
    cut.write_bytes(file.read_bytes().rpartition(b"BTS|")[0])
    refused = circuitbio("lcsd", "read", str(cut))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "E01" in refused.stdout
