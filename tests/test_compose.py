"""What ``docker compose up`` would start, read from the files: there is no Docker engine where this runs."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import SecretStr

from sankofa.settings import Settings
from tests.elasticsearch.cluster import ADMINISTRATOR, build_settings
from tests.elasticsearch.container import IMAGE
from tests.elasticsearch.node import COMMON

ROOT = Path(__file__).parents[1]
ONE, THREE = "docker-compose.yml", "docker-compose.cluster.yml"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
DESK = f"sankofa:{PROJECT['version']}"
ONE_SHOT = {"prepare", "setup"}
PORT, HTTP_PORT = Settings.model_fields["port"].default, 9200
_UNITS = {"m": 1 << 20, "g": 1 << 30}

Service = dict[str, Any]


@pytest.fixture(params=[ONE, THREE])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def services(name: str) -> dict[str, Service]:
    found: dict[str, Service] = read(name)["services"]
    return found


def test_the_file_follows_the_specification(name: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(ROOT / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_image_is_the_version_that_was_tested(services: dict[str, Service]) -> None:
    assert {service["image"] for service in services.values()} == {IMAGE, DESK}


def test_one_service_builds_the_image_of_the_desk(services: dict[str, Service]) -> None:
    assert [which for which, service in services.items() if "build" in service] == ["desk"]
    assert services["setup"]["pull_policy"] == "never"


def test_both_files_run_the_same_desk() -> None:
    assert read(ONE)["services"]["desk"] == read(THREE)["services"]["desk"]


def test_one_node_has_the_settings_of_the_node_of_the_tests() -> None:
    settings = {**COMMON, **read_security(), "discovery.type": "single-node"}
    del settings["network.host"]  # a container has a network of its own

    assert settings.items() <= read_settings(read(ONE)["services"]["elasticsearch"]).items()


def test_three_nodes_have_the_settings_of_the_cluster_of_the_tests() -> None:
    services = read(THREE)["services"]
    nodes = sorted(iter_nodes(services))

    assert len(nodes) == 3
    for node in nodes:
        settings = read_settings(services[node])
        assert read_security().items() <= settings.items()
        assert settings["node.name"] == node
        for known in ("discovery.seed_hosts", "cluster.initial_master_nodes"):
            assert sorted(settings[known].split(",")) == nodes


def test_every_node_has_the_free_licence_and_stays_in_memory(services: dict[str, Service]) -> None:
    for node in iter_nodes(services):
        settings = read_settings(services[node])
        assert settings["xpack.license.self_generated.type"] == "basic"
        assert settings["bootstrap.memory_lock"] == "true"
        assert services[node]["ulimits"] == {"memlock": -1, "nofile": 65536}


def test_only_this_machine_reaches_what_is_published(services: dict[str, Service]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]

    assert sorted(published) == [f"127.0.0.1:{PORT}:{PORT}", f"127.0.0.1:{HTTP_PORT}:{HTTP_PORT}"]


def test_the_desk_asks_for_a_name_that_every_node_has_and_the_certificate_holds(services: dict[str, Service]) -> None:
    store = urlsplit(services["desk"]["environment"]["SANKOFA_STORE"])
    certified = services["prepare"]["command"][2:]

    assert (store.scheme, store.port) == ("https", HTTP_PORT)
    for node in iter_nodes(services):
        aliases = services[node].get("networks", {}).get("default", {}).get("aliases", [])
        assert store.hostname in {node, *aliases}
        assert {node, store.hostname, "localhost"} <= set(certified)


def test_the_script_that_prepares_the_nodes_is_there(name: str, services: dict[str, Service]) -> None:
    script = read(name)["configs"]["prepare"]["file"]

    assert services["prepare"]["configs"] == [{"source": "prepare", "target": services["prepare"]["entrypoint"][-1]}]
    assert subprocess.run(["sh", "-n", ROOT / script], check=False).returncode == 0


def test_settings_that_are_named_exist_and_none_is_secret(services: dict[str, Service]) -> None:
    inside = dict(re.findall(r"(SANKOFA_\w+)=(\S+)", DOCKERFILE))
    named = {**inside, **services["setup"]["environment"], **services["desk"]["environment"]}
    fields = {f"SANKOFA_{field.upper()}": about.annotation for field, about in Settings.model_fields.items()}

    assert named.keys() <= fields.keys()
    assert [which for which in named if SecretStr in (fields[which], *get_args(fields[which]))] == []


def test_passwords_are_read_from_a_file_that_git_does_not_keep(name: str, services: dict[str, Service]) -> None:
    given = [item for service in services.values() for item in service.get("environment", {}).items()]
    inside = re.findall(r"(\w+)=\S+", " ".join(re.findall(r"^(?:ENV|ARG) (.*)$", DOCKERFILE, re.MULTILINE)))
    secret = {item for item in given if re.search("password|token|secret|api_?key", item[0], re.IGNORECASE)}
    files = [given["file"] for given in read(name).get("secrets", {}).values()]

    assert secret == {("ELASTIC_PASSWORD_FILE", "/run/secrets/elastic_password")}
    assert set(inside) == {"PATH", "SANKOFA_HOME", "SANKOFA_HOST"}
    assert set(re.findall(rf"\b{ADMINISTRATOR}:(\S+)", (ROOT / name).read_text("utf-8"))) == {"%s\"'"}
    assert all(file.startswith("secrets/") for file in files)
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_desk_does_not_see_the_administrator(services: dict[str, Service]) -> None:
    for which, service in services.items():
        sees = bool(service.get("secrets")) or any("/run/secrets" in volume for volume in service.get("volumes", []))
        assert sees == (which != "desk")
    assert f"--admin {ADMINISTRATOR} </run/secrets/elastic_password" in services["setup"]["entrypoint"][-1]


def test_every_volume_has_a_name_and_is_used(name: str) -> None:
    file = read(name)
    used = {volume.split(":")[0] for service in file["services"].values() for volume in service["volumes"]}

    assert used == set(file["volumes"])


def test_only_what_makes_them_writes_certificates_and_passwords(services: dict[str, Service]) -> None:
    for which, service in services.items():
        for volume in service["volumes"]:
            if volume.startswith(("certificates:", "password:")):
                assert volume.endswith(":ro") == (which != "prepare"), f"{which}: {volume}"


def test_every_service_has_a_limit_of_memory(services: dict[str, Service]) -> None:
    limits = [re.fullmatch(r"(?:\$\{\w+:-)?(\d+)([mg])\}?", str(service["mem_limit"])) for service in services.values()]

    assert all(limit and int(limit[1]) * _UNITS[limit[2]] >= 1 << 30 for limit in limits)


def test_what_stays_up_says_how_it_is(services: dict[str, Service]) -> None:
    for which in services.keys() - ONE_SHOT:
        assert services[which]["restart"] == "unless-stopped"
    for node in iter_nodes(services):
        assert f"https://localhost:{HTTP_PORT}/_cluster/health?" in services[node]["healthcheck"]["test"][1]
    assert re.search(rf"^HEALTHCHECK .*http://127\.0\.0\.1:{PORT}/", DOCKERFILE, re.MULTILINE)


def test_each_waits_for_what_it_needs(services: dict[str, Service]) -> None:
    nodes = set(iter_nodes(services))
    waits = {
        which: {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
        for which, service in services.items()
    }

    assert waits == {
        "prepare": {},
        **{node: {"prepare": "service_completed_successfully"} for node in nodes},
        "setup": dict.fromkeys(nodes, "service_healthy"),
        "desk": {"setup": "service_completed_successfully"},
    }


def test_the_image_stands_on_a_pinned_python_that_is_supported() -> None:
    bases = re.findall(r"^FROM python:(\d+)\.(\d+)\.\d+-slim-bookworm(?: AS \w+)?$", DOCKERFILE, re.MULTILINE)

    assert len(bases) == DOCKERFILE.count("FROM ") == 2
    assert len(set(bases)) == 1
    assert PROJECT["requires-python"] == f">={'.'.join(bases[0])}"


def test_the_desk_is_not_root_and_may_do_little(services: dict[str, Service]) -> None:
    assert re.findall(r"^USER (\S+)$", DOCKERFILE.split("FROM ")[-1], re.MULTILINE)[-1] == "1000:1000"
    assert services["desk"]["cap_drop"] == ["ALL"]
    assert services["desk"]["read_only"] is True
    assert services["desk"]["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in services["desk"]
    assert "privileged" not in services["desk"]


def test_the_image_holds_what_the_desk_needs_and_the_build_sees_nothing_else() -> None:
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    sources = {*hatch["targets"]["wheel"]["packages"], *PROJECT["license-files"], PROJECT["readme"], "pyproject.toml"}
    copied = {word for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()}
    ignored = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    extras = re.search(r"sankofa-\*\.whl\)\[([\w,]+)\]", DOCKERFILE)

    assert copied == sources
    assert ignored[0] == "*"
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == sources
    assert extras is not None
    assert set(extras[1].split(",")) == PROJECT["optional-dependencies"].keys() - {"fast"}
    assert {f"tesseract-ocr-{language}" for language in ("ara", "eng", "fra")} <= set(DOCKERFILE.split())


def read(name: str) -> dict[str, Any]:
    file: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return file


def read_settings(node: Service) -> dict[str, str]:
    """What the container hands on to Elasticsearch: the variables with a dot in their names."""
    return {name: value for name, value in node["environment"].items() if "." in name}


def read_security() -> dict[str, str]:
    return {name: value for name, value in build_settings([0]).items() if name.startswith("xpack.security.")}


def iter_nodes(services: dict[str, Service]) -> Iterator[str]:
    return (name for name in services if name not in {"desk", *ONE_SHOT})
