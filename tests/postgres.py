"""A real PostgreSQL server for the tests: a folder of its own, a socket and no port, gone with the run.

Started once per run, at the first test that asks for it; each test gets a database for itself, made by the migrations
and emptied after the test before. Where the programs of the server are absent, the tests that need it are skipped, in
one line.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from storage.engine import engine_for
from storage.migrate import upgrade

_PROGRAMS = "/usr/lib/postgresql"
_USER = "circuitbio"
_START_SECONDS = 30


class PostgresServer:
    """A running server. `url` names one of its databases to the product, `dsn` to psycopg."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._emptied: list[str] = []
        self._admin = psycopg.connect(self.dsn("postgres"), autocommit=True)

    def dsn(self, database: str) -> str:
        return f"host={self._folder} user={_USER} dbname={database}"

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@/{database}?host={self._folder}"

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The name of a database without a table, which is dropped at the end."""
        name = self._created()
        try:
            yield name
        finally:
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def new_base(self) -> Iterator[str]:
        """The name of a database with the tables of the product, and no row."""
        name = self._emptied.pop() if self._emptied else self._migrated()
        yield name
        self.end_connections(name, wait=0)
        self._empty(name)
        self._emptied.append(name)

    def end_connections(self, database: str, wait: int = 5000) -> None:
        """As an administrator does who restarts the server; waits until they are gone, or as many milliseconds."""
        query = "SELECT count(pg_terminate_backend(pid, %s)) FROM pg_stat_activity WHERE datname = %s"
        self._admin.execute(query, [wait, database])

    def close(self) -> None:
        self._admin.close()

    def _created(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name}")
        return name

    def _migrated(self) -> str:
        name = self._created()
        engine = engine_for(self.url(name))
        upgrade(engine)
        engine.dispose()
        return name

    def _empty(self, database: str) -> None:
        """Ten times as fast as another database. As a replica does, since triggers keep some rows from others."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            kept = {"alembic_version"}
            connection.execute(";".join(f"DELETE FROM {table}" for (table,) in tables if table not in kept))
            connection.execute("SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with new_cluster() as cluster:
        with cluster.running() as server:
            yield server
            server.close()


class Cluster:
    """The data of a server in a folder of its own; it can be started, killed, and started again."""

    def __init__(self, programs: Path, folder: Path, *, fsync: bool = False) -> None:
        self._fsync = "on" if fsync else "off"
        self._programs = programs
        self._folder = folder
        self._as_its_user = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:  # it refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
            self._as_its_user += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        make = ["-D", self._data, "-U", _USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [*self._as_its_user, programs / "initdb", *make]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    @contextmanager
    def running(self) -> Iterator[PostgresServer]:
        """The server as a child process, which the kernel ends when this process is killed."""
        self.start()
        try:
            yield self.connected()
        finally:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(_START_SECONDS)

    def start(self) -> None:
        """Starts it, after a kill too."""
        socket_folder = f"unix_socket_directories={self._folder}"
        options = ["listen_addresses=", socket_folder, f"fsync={self._fsync}", "max_connections=200"]
        words = [word for option in options for word in ("-c", option)]
        command = [*self._as_its_user, self._programs / "postgres", "-D", self._data, *words]
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self._folder, stderr=log)

    def kill(self) -> None:
        """SIGKILL: the server gets no chance to tidy up; its own children see it, and go."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def connected(self) -> PostgresServer:
        """The server once it answers; one that found those of a killed one still there is started again."""
        give_up = time.monotonic() + _START_SECONDS
        while True:
            try:
                return PostgresServer(self._folder)
            except psycopg.OperationalError:
                if time.monotonic() > give_up:
                    pytest.fail(f"PostgreSQL does not start: {(self._folder / 'log').read_text()}")
                if self.process.poll() is not None:
                    self.start()
            time.sleep(0.02)


def cluster_programs() -> Path | None:
    """Where the programs of the server are, the newest ones; None where they are absent."""
    programs = max(Path(_PROGRAMS).glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    return programs if programs is not None and (programs / "initdb").exists() else None


@contextmanager
def new_cluster() -> Iterator[Cluster]:
    """An empty cluster; the tests that need it are skipped where its programs are absent."""
    programs = cluster_programs()
    if programs is None:
        pytest.skip("PostgreSQL absent: apt-get install postgresql")
    # Directly under /tmp: the path of a socket is short, and the user of the server must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="circuitbio-pg-", dir="/tmp"))
    try:
        yield Cluster(programs, folder)
    finally:
        shutil.rmtree(folder)
