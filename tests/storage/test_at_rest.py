"""Whoever takes the files of the base, its write-ahead log included, learns nothing of content, code or person."""

import base64
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent, KeptAnswer
from prescription.record import LineState
from storage.peppers import Peppers
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import INS, LABORATORY, NOW, PRESCRIBER, RPPS, new_record, with_state

KEY = "5f0c6a0e-2a86-4c5f-9a70-6a1b1f6e6a11"
SECRETS = [
    "Numération formule sanguine", "57022-6", "Prolactine", "2842-3", "dosage rare", "bilan de routine",
    RPPS, "Thomas", "Amélie", "Tilleuls", "750000010", "750000036", "female", INS.matricule, KEY, "Logiciel 3.2",
    "réponse lisible",
]  # fmt: skip


def use(units: SqlUnitOfWorkFactory, code: EpuCode) -> str:
    """Creates, claims, and traces an order in two transactions; its handle."""
    with units() as unit:
        record = replace(new_record(code), binding=unit.records.binding(code, INS))
        unit.records.add(code, record, RPPS, NOW)
        unit.audit.append(AuditEvent(PRESCRIBER, "epu-create", "created", NOW, code, "Logiciel 3.2"))
        answer = KeptAnswer(200, 'W/"1"', f"réponse lisible {code.value}".encode())
        unit.answers.keep(PRESCRIBER, "epu-create", KEY, code.value.encode(), answer, NOW)
        unit.misses.note(LABORATORY, NOW)
        unit.commit()
    with units() as unit:
        unit.records.replace(code, with_state(record, LineState.CLAIMED), NOW)
        unit.audit.append(AuditEvent(LABORATORY, "epu-claim", "done", NOW, code, "Logiciel 3.2"))
        unit.commit()
    return record.handle


def test_no_file_of_the_base_holds_anything_readable(
    engine: Engine, peppers: Peppers, units: SqlUnitOfWorkFactory, tmp_path: Path
) -> None:
    code = EpuCode("01S2TBPZ2JCNZZYGHZ")
    handle = use(units, code)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(files) == {"base.db", "base.db-wal", "base.db-shm"}
    content = b"".join(files.values())
    assert handle.encode() in content  # the search does find what is in clear
    assert b"epu-claim" in content
    secrets = [*SECRETS, code.value, code.value[2:], code.grouped]
    secret_bytes = [peppers.current.lookup, peppers.current.seal]
    for secret in [*(text.encode() for text in secrets), *secret_bytes]:
        for form in (secret, base64.b64encode(secret).rstrip(b"="), secret.hex().encode()):
            assert form not in content
            assert form.decode("latin-1").encode("utf-16-le") not in content


def test_two_equal_orders_share_nothing_in_the_base(engine: Engine, units: SqlUnitOfWorkFactory) -> None:
    record = new_record()
    with units() as unit:
        for handle in ("urn:uuid:1", "urn:uuid:2"):
            unit.records.add(EpuCode.generate(), replace(record, handle=handle), RPPS, NOW)
        unit.commit()
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT lookup, salt, nonce, sealed FROM epu_record").all()
    first, second = rows
    assert all(one != other for one, other in zip(first, second, strict=True))
