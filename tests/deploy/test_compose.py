"""deploy/compose.yaml, which no container engine here can run: it is whole, asks for secrets, and differs as it says."""

from __future__ import annotations

import re
import ssl
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from base.settings import PREFIX, Settings
from tests.house.source import ROOT

sys.path.insert(0, str(ROOT / "deploy" / "services"))
sys.path.insert(0, str(ROOT / "deploy" / "containers"))

import elastic_server
import make_certificates
import minio_server
import postgres_server
import rabbit_server

_DEPLOY = ROOT / "deploy"
_TEXT = (_DEPLOY / "compose.yaml").read_text("utf-8")
_COMPOSE = yaml.safe_load(_TEXT)
# Where a server keeps what, and by which port and name it is asked, differs as a matter of course.
_OF_COURSE = frozenset(
    {"port", "http.port", "transport.port", "path.data", "path.logs", "listeners.tcp.1", "default_user", "default_pass"}
)


def _service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _COMPOSE["services"][name]
    return found


def _postgres() -> tuple[dict[str, str], dict[str, str]]:
    given = dict(each.split("=", 1) for each in _service("postgres")["command"] if "=" in each)
    return {**postgres_server._SETTINGS, **postgres_server._HASTY}, given


def _conf(text: str) -> dict[str, str]:
    """Lines of a rabbitmq.conf; numbered ones are one list."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = (each.strip() for each in line.partition("="))
        name = re.sub(r"(?<=versions)\.\d$", "", name)
        if name and not name.startswith("#"):
            found[name] = f"{found[name]} {value}" if name in found else value
    return found


def _rabbit() -> tuple[dict[str, str], dict[str, str]]:
    source = (_DEPLOY / "services" / "rabbit_server.py").read_text("utf-8")
    text = re.search(r'write_text\(\s*(f?"listeners.*?),\s*"ascii"', source, re.DOTALL)
    assert text is not None
    test = _conf("".join(re.findall(r'"([^"]*)"', text[1])).replace("\\n", "\n"))
    listens = test.pop("listeners.tcp.1").partition(":")[0]
    return {**test, "listeners.tcp": listens}, _conf((_DEPLOY / "containers" / "rabbitmq.conf").read_text("utf-8"))


def _minio() -> tuple[dict[str, str], dict[str, str]]:
    _, address_option, address, folder_option, folder, _ = _service("s3")["command"]
    source = (_DEPLOY / "services" / "minio_server.py").read_text("utf-8")
    assert '"--address", f"127.0.0.1:{port}", "--certs-dir", f"{folder}/certs"' in source
    test = {"address": "127.0.0.1", "certs-dir": "empty", "browser": "off"}
    given = {address_option[2:]: address, folder_option[2:]: folder}
    return test, {**given, "browser": _service("s3")["environment"]["MINIO_BROWSER"]}


def _elastic() -> tuple[dict[str, str], dict[str, str]]:
    test = dict(line.split(": ", 1) for line in elastic_server._SETTINGS.splitlines())
    given = {name: value for name, value in _service("elasticsearch")["environment"].items() if "." in name}
    heap = _service("elasticsearch")["environment"]["ES_JAVA_OPTS"]
    return {**test, "heap": elastic_server._HEAP}, {**given, "heap": heap}


@pytest.mark.parametrize(
    ("service", "settings"),
    [("postgres", _postgres), ("rabbitmq", _rabbit), ("s3", _minio), ("elasticsearch", _elastic)],
)
def test_every_setting_that_differs_from_the_tests_is_listed_with_its_reason(service: str, settings: Any) -> None:
    test, compose = settings()
    differ = {
        name: (test.get(name, ""), compose.get(name, ""))
        for name in test.keys() | compose.keys()
        if name not in _OF_COURSE and test.get(name) != compose.get(name)
    }
    listed = tomllib.loads((_DEPLOY / "compose-differences.toml").read_text("utf-8"))["difference"]
    mine = [each for each in listed if each["service"] == service]
    assert {each["setting"]: (each["test"], each["compose"]) for each in mine} == differ
    assert all(len(each["reason"]) > 5 for each in mine)


def test_the_servers_are_of_the_versions_that_the_tests_run() -> None:
    images = {name: str(each.get("image", "")).partition(":")[2] for name, each in _COMPOSE["services"].items()}
    assert images["elasticsearch"] == elastic_server.VERSION
    assert images["postgres"] == str(postgres_server.OLDEST)
    assert images["rabbitmq"].startswith("3.")  # Debian 12 has 3.10
    assert rabbit_server._SERVER.name == "rabbitmq-server"
    minio = (_DEPLOY / "containers" / "minio.Dockerfile").read_text("utf-8")
    assert f"{minio_server.MODULE}@{minio_server.VERSION}" in minio


def test_no_secret_is_written_down_and_none_may_be_empty() -> None:
    asked = set(re.findall(r"\$\{(\w+)(:\?)?", _TEXT))
    assert {must for _, must in asked} == {":?"}
    example = (_DEPLOY / "env.example").read_text("utf-8")
    lines = [line for line in example.splitlines() if line and not line.startswith("#")]
    assert {line.partition("=")[0] for line in lines} == {name for name, _ in asked}
    assert all(line.endswith("=") for line in lines)
    for service in _COMPOSE["services"].values():
        for name, value in (service.get("environment") or {}).items():
            if re.search("PASS|SECRET|TOKEN", name):
                assert "${" in str(value), name


def test_every_setting_of_ours_is_one_and_nothing_is_plain_on_the_wire() -> None:
    for name in ("web", "worker"):
        given = _service(name)["environment"]
        ours = {each.removeprefix(PREFIX).lower(): value for each, value in given.items() if each.startswith(PREFIX)}
        assert set(ours) <= {*Settings.model_fields, "data_dir"}
        Settings.model_validate(ours)
        assert ours["database_url"].endswith("sslmode=verify-full&sslrootcert=/certificates/ca.pem")
        assert ours["broker_url"].startswith("amqps://")
        assert ours["elastic_url"].startswith("https://")
        assert ours["s3_secure"] == "true"
    published = {name for name, each in _COMPOSE["services"].items() if each.get("ports")}
    assert published == {"front"}


def test_what_is_mounted_and_asked_for_is_there() -> None:
    volumes = set(_COMPOSE["volumes"])
    for service in _COMPOSE["services"].values():
        for mount in service.get("volumes", ()):
            source = mount.partition(":")[0]
            assert (_DEPLOY / source).is_file() if source.startswith(".") else source in volumes
        for other in service.get("depends_on", ()):
            assert other in _COMPOSE["services"]
        if "build" in service:
            context = _DEPLOY / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).is_file()


def test_the_certificates_are_whole_and_made_once(tmp_path: Path) -> None:
    make_certificates.make(tmp_path, make_certificates.SERVERS)
    for name in make_certificates.SERVERS:
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(tmp_path / f"{name}.pem", tmp_path / f"{name}.key")
        assert not (tmp_path / f"{name}.key").stat().st_mode & 0o007
        assert _shakes_hands(tmp_path / "ca.pem", served, name)
        assert not _shakes_hands(tmp_path / "ca.pem", served, "elsewhere")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    make_certificates.make(tmp_path, make_certificates.SERVERS)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def _shakes_hands(authority: Path, served: ssl.SSLContext, name: str) -> bool:
    """Whether a client that trusts the authority alone takes the server for `name`, without any socket."""
    trusting = ssl.create_default_context(cafile=authority)
    wires = [ssl.MemoryBIO() for _ in range(2)]
    client = trusting.wrap_bio(wires[0], wires[1], server_hostname=name)
    server = served.wrap_bio(wires[1], wires[0], server_side=True)
    for _ in range(8):
        done = 0
        for end in (client, server):
            try:
                end.do_handshake()
                done += 1
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
        if done == 2:
            return True
    return False


@pytest.mark.parametrize("unit", sorted(path.name for path in (_DEPLOY / "systemd").iterdir()))
def test_a_unit_tells_only_the_parent_to_stop(unit: str) -> None:
    text = (_DEPLOY / "systemd" / unit).read_text("utf-8")
    verbs = re.findall(r"ExecStart=/opt/juanzong/\.venv/bin/juanzong (\w+)", text)
    if unit.endswith(".timer"):
        assert (_DEPLOY / "systemd" / unit.replace(".timer", ".service")).is_file()
        return
    assert len(verbs) == 1
    assert "KillMode=mixed" in text
    assert "User=juanzong" in text
