"""Who takes the files of the base, without the peppers, reads nothing of what went through the service, nor changes it.

Searched for in the raw files, log of the writes included: each code, and every trait, word and number of the orders.
"""

import base64
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select, update

from circuitbio.database import opened_database
from storage.engine import transaction
from storage.tables import answers, audit, misses, records
from tests.api.service import BIOLOGIST, LABORATORY, Service, example, parameters, value
from tests.api.test_epu_operations import report
from tests.printing.reading import squeezed, texts
from tests.storage.bases import DATABASES, empty_database_url

TEXT = "fièvre au retour de voyage"
TRAITS = [
    "PAT-TROIS", "DOMINIQUE", "MARIE-LOUISE", "279035121518989", "1979-03-28", "51215",  # the patient
    "Thomas", "Amélie", "10005688798", "89900000001", "750000010",  # who wrote, who read
    TEXT, "Numération",  # what was ordered
]  # fmt: skip


@pytest.fixture(params=DATABASES)
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """A service on a base that nobody has used, on each database."""
    with empty_database_url(request.param, request, tmp_path) as url:
        given = {} if request.param == "sqlite" else {"database_url": url}
        (tmp_path / "data").mkdir()
        with Service(tmp_path / "data", **given) as service:
            yield service


def play(service: Service) -> tuple[list[str], str]:
    """An order is made, misread, read, taken and done; the codes used, and the handle, which lies in clear."""
    order = example(1)
    order["entry"][4]["resource"]["reasonCode"] = [{"text": TEXT}]
    made = service.create(order)
    code = value(made, "code")
    unknown = "01" + code[:1:-1]
    assert service.retrieve(unknown).status_code == 404
    read = value(service.retrieve(code), "order")
    asked = next(e["resource"] for e in read["entry"] if e["resource"]["resourceType"] == "ServiceRequest")
    assert TEXT in str(asked)
    done = report(asked["identifier"][0]["value"], "done")
    assert service.post("/fhir/$epu-claim", parameters(code), LABORATORY, 1).status_code == 200
    assert service.post("/fhir/$epu-report", parameters(code, done), BIOLOGIST, 2).status_code == 200
    return [code, unknown], value(made, "handle")


def stolen(service: Service, since: str) -> bytes:
    """All that the database has on its disk; of the log of PostgreSQL, which all its databases share, what is new."""
    url = service.settings.database_url
    if url is None:
        return b"".join(file.read_bytes() for file in service.data.glob("*.sqlite3*"))
    with psycopg.connect(url.get_secret_value(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (folder, oid), (first, start), (last, end) = (
            connection.execute(query, given).fetchone() or ()
            for query, given in (
                (
                    "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()",
                    [],
                ),
                ("SELECT * FROM pg_walfile_name_offset(%s)", [since]),
                ("SELECT * FROM pg_walfile_name_offset(pg_current_wal_lsn())", []),
            )
        )
    log = [file for file in sorted(Path(folder, "pg_wal").iterdir()) if first <= file.name <= last and file.is_file()]
    written = b"".join(file.read_bytes() for file in log)
    # The server's cache of its own catalogue may go at any moment; it holds no row.
    kept = (file for file in Path(folder, "base", str(oid)).iterdir() if not file.name.startswith("pg_internal.init"))
    pages = b"".join(file.read_bytes() for file in kept)
    return pages + written[start : len(written) - log[-1].stat().st_size + end]


def log_position(service: Service) -> str:
    if service.settings.database_url is None:
        return ""
    with psycopg.connect(service.settings.database_url.get_secret_value()) as connection:
        return str((connection.execute("SELECT pg_current_wal_lsn()").fetchone() or ("",))[0])


def test_the_files_tell_no_code_no_trait_and_no_word_of_an_order(service: Service) -> None:
    since = log_position(service)
    codes, handle = play(service)
    content = stolen(service, since)
    assert content.count(handle.encode()) >= (1 if service.settings.database_url is None else 2)
    assert b"epu-report" in content
    hidden = [*TRAITS, *codes, *(code[2:] for code in codes)]
    forms = {
        form for text in hidden for form in (text.encode(), text.encode("utf-16-le"), text.encode().hex().encode())
    }
    assert [form for form in forms | {base64.b64encode(code.encode())[:24] for code in codes} if form in content] == []


def test_a_patient_who_refuses_gets_a_sheet_without_code_and_the_base_hears_of_nothing(service: Service) -> None:
    printed = service.post("/fhir/Bundle/$print", example(1), Accept="application/pdf")
    assert printed.status_code == 200
    assert squeezed("Prescription non transmise à la base e-prescription") in squeezed(texts(printed.content)[0])
    with opened_database(service.settings) as database, transaction(database.engine, writing=False) as connection:
        for table in (records, audit, answers, misses):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_an_order_changed_in_the_files_is_a_fault_that_the_audit_keeps_and_no_answer(service: Service) -> None:
    code = value(service.create(), "code")
    with opened_database(service.settings) as database:
        with transaction(database.engine, writing=True) as connection:
            connection.execute(update(records).values(version=2))
            connection.commit()
        for operation, version in (("epu-retrieve", None), ("epu-claim", 2)):
            answer = service.post(f"/fhir/${operation}", parameters(code), LABORATORY, version)
            assert (answer.status_code, answer.json()["resourceType"]) == (500, "OperationOutcome")
        with transaction(database.engine, writing=False) as connection:
            traced = list(connection.execute(select(audit.c.operation, audit.c.outcome).order_by(audit.c.id)))
    assert traced[1:] == [("epu-retrieve", "broken-seal"), ("epu-claim", "broken-seal")]
