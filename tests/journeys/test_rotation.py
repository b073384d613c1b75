"""A new secret comes into use while two processes of the service create and read orders: every code is found."""

from datetime import timedelta
from pathlib import Path

from circuitbio.database import opened_database
from circuitbio.settings import Settings
from storage.pepper_file import rotate_peppers
from tests.api.service import LABORATORY, PRESCRIBER, example, parameters, value
from tests.journeys.running import RunningService, headers

UNDER_THE_NEW_ONE = 6


def test_no_code_is_lost_in_any_process_while_a_new_secret_comes_into_use(tmp_path: Path) -> None:
    settings, codes = Settings(data=tmp_path), list[str]()
    with RunningService(tmp_path, workers=2) as service, opened_database(settings) as database:
        token = {"Authorization": f"Bearer dev:{LABORATORY}", "Connection": "close"}
        new, _ = rotate_peppers(tmp_path / "peppers.json", timedelta(seconds=2))
        while database.orders_by_pepper().get(new.kid, 0) < UNDER_THE_NEW_ONE:
            made = service.http.post(
                "/fhir/$epu-create", json=example(1), headers={**headers(PRESCRIBER), "Connection": "close"}
            )
            codes.append(value(made, "code"))
            read = service.http.post("/fhir/$epu-retrieve", json=parameters(codes[-1]), headers=token)
            assert read.status_code == 200
        while database.orders_by_pepper() != {new.kid: len(codes)}:  # until the slower process has noticed, too
            for code in codes:
                read = service.http.post("/fhir/$epu-retrieve", json=parameters(code), headers=token)
                assert read.status_code == 200
    assert len(codes) > UNDER_THE_NEW_ONE
