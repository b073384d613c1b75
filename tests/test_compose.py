"""docker-compose.yml: right by the compose schema, and right where the schema does not look."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from circuitbio.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"


def schema_faults(compose: Path) -> str:
    """What the compose schema says of a file; empty when nothing. The schema is inside check-jsonschema: no network."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(compose)]
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout + result.stderr if result.returncode else ""


def faults(compose: dict[str, Any]) -> list[str]:
    """What the schema lets pass: ports open to the network, volumes and services that nobody declared."""
    found = []
    for name, service in compose["services"].items():
        found += [f"{name}: port {port}" for port in service.get("ports", []) if not str(port).startswith("127.0.0.1:")]
        named = {str(volume).split(":")[0] for volume in service.get("volumes", []) if str(volume)[0] not in "./~"}
        found += [f"{name}: volume {volume}" for volume in named - set(compose.get("volumes") or {})]
        found += [
            f"{name}: depends on {other}" for other in set(service.get("depends_on", [])) - set(compose["services"])
        ]
    return found


def test_the_compose_file_follows_the_compose_schema() -> None:
    assert schema_faults(COMPOSE) == ""


def test_a_compose_file_with_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("    ports:", "    portz:"))
    assert "portz" in schema_faults(wrong)


def test_every_port_stays_on_this_machine_and_every_name_is_declared() -> None:
    compose = yaml.safe_load(COMPOSE.read_text())
    assert faults(compose) == []
    assert all(service["ports"] for service in compose["services"].values())


@pytest.mark.parametrize(
    "service",
    [{"ports": ["8000:8000"]}, {"ports": ["0.0.0.0:80:80"]}, {"volumes": ["nobody:/data"]}, {"depends_on": ["nobody"]}],
)
def test_an_open_port_or_an_undeclared_name_is_seen(service: dict[str, Any]) -> None:
    assert len(faults({"services": {"one": service}})) == 1


def test_the_container_listens_by_an_explicit_setting_and_says_when_it_is_ready() -> None:
    service = yaml.safe_load(COMPOSE.read_text())["services"]["circuitbio"]
    assert service["environment"]["CIRCUITBIO_LISTEN_ALL"] == "true"
    assert service["environment"]["CIRCUITBIO_LOOPBACK_PUBLISHED"] == "true"
    assert service["profiles"] == ["demo"]
    assert any("/health/ready" in word for word in service["healthcheck"]["test"])


def test_every_setting_given_to_the_container_exists() -> None:
    given = yaml.safe_load(COMPOSE.read_text())["services"]["circuitbio"]["environment"]
    ours = {name.removeprefix("CIRCUITBIO_").lower() for name in given if name.startswith("CIRCUITBIO_")}
    assert "database_url" in ours
    assert ours <= set(Settings.model_fields)


def test_postgres_is_pinned_says_when_it_is_ready_and_has_no_password_of_ours() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    server = services["postgres"]
    assert re.fullmatch(r"postgres:\d+-\w+", server["image"])
    assert server["environment"]["POSTGRES_PASSWORD"] == "${CIRCUITBIO_POSTGRES_PASSWORD:-}"
    assert services["circuitbio"]["depends_on"]["postgres"] == {"condition": "service_healthy", "required": False}
    assert server["healthcheck"]["test"][1] == "pg_isready"


def test_the_identity_provider_is_the_one_of_the_judges() -> None:
    server = yaml.safe_load(COMPOSE.read_text())["services"]["keycloak"]
    realm = ROOT / str(server["volumes"][0]).split(":")[0]
    pom = (realm.parent / "pom.xml").read_text()
    assert server["profiles"] == ["keycloak"]
    assert f"<version>{server['image'].partition(':')[2]}</version>" in pom
    assert json.loads(realm.read_text())["realm"] == "circuitbio"


def test_no_profile_asks_for_a_variable_that_only_another_one_needs() -> None:
    """Compose fills in the whole file before it looks at the profiles: a required variable stops every one of them."""
    settings = [line for line in COMPOSE.read_text().splitlines() if not line.lstrip().startswith("#")]
    assert not re.search(r"\$\{\w+:?\?", "\n".join(settings))


def test_the_image_holds_all_that_the_wheel_is_made_of_and_installs_by_the_lock() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {*wheel["packages"], *wheel["force-include"], "pyproject.toml", "README.md", "run.lock"} == let_in
    assert "--require-hashes --only-binary :all: -r run.lock" in (ROOT / "Dockerfile").read_text()
