"""Nodes put together: one open node, or up to three with TLS and users, all on loopback."""

import secrets
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from elasticsearch import AuthenticationException, Elasticsearch

from tests.elasticsearch.errors import NodeError
from tests.elasticsearch.node import Node, find_free_ports, hand_over, run_program

_NAMES = ("node-1", "node-2", "node-3")
ADMINISTRATOR = "elastic"
_MEMORY, _ROOM_BYTES = Path("/dev/shm"), 1 << 30  # noqa: S108 - a folder of its own is made there
_USERS_SECONDS = 90
_BRIEF = "-XX:TieredStopAtLevel=1"  # most of a short life would be spent on compiling


@dataclass(frozen=True)
class Cluster:
    """Nodes that run. Of an open one `password` is empty and there is no `ca_file`."""

    nodes: tuple[Node, ...]
    password: str = ""
    ca_file: Path | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The address of each node."""
        scheme = "https" if self.ca_file else "http"
        return tuple(f"{scheme}://127.0.0.1:{node.http_port}" for node in self.nodes)


@contextmanager
def run_node(*, brief: bool = False) -> Iterator[Cluster]:
    """Run one node without security until the block ends; what it held is gone then.

    One for a *brief* run of tests compiles less, and keeps its data in memory where there is room: three times as fast
    at making indices, and no measure of what Elasticsearch can do.

    Raises:
        PartMissingError: A program is missing.
        NodeError: It does not start.
    """
    with _open_folder() as folder, _open_folder(_find_memory() if brief else None) as data:
        (port,) = find_free_ports(1)
        settings = {
            "discovery.type": "single-node",
            "xpack.security.enabled": "false",
            "path.data": str(data / "data"),
            "path.repo": str(data / "snapshots"),
        }
        node = Node(_NAMES[0], folder / _NAMES[0], port, settings, java_options=_BRIEF if brief else "")
        hand_over(data)
        node.folder.mkdir()
        node.prepare()
        with _run([node]):
            yield Cluster((node,))


@contextmanager
def run_cluster(
    size: int = len(_NAMES), *, brief: bool = False, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Cluster]:
    """Run nodes (at most three) with TLS between them and before them, and with users, until the block ends.

    *brief* as in :func:`run_node`; *more* are further settings of each.

    Raises:
        PartMissingError, NodeError: As :func:`run_node`.
    """
    with _open_folder() as folder, _open_folder(_find_memory() if brief else None) as data:
        hand_over(data)
        ports = find_free_ports(2 * size)
        http, transport = ports[:size], ports[size:]
        password = secrets.token_urlsafe(18)
        nodes = []
        for number, name in enumerate(_NAMES[:size]):
            own = {"transport.port": str(transport[number]), "path.data": str(data / name)}
            settings = build_settings(transport) | own | dict(more)
            node = Node(name, folder / name, http[number], settings, java_options=_BRIEF if brief else "")
            node.folder.mkdir()
            node.prepare()
            nodes.append(node)
        ca_file = _make_certificate(nodes)
        for node in nodes:
            _set_password(node, password)
        with _run(nodes):
            cluster = Cluster(tuple(nodes), password, ca_file)
            _wait_for_users(cluster)
            yield cluster


def _find_memory() -> Path | None:
    """A folder that lies in memory, or None."""
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES else None


def build_settings(transport: Sequence[int]) -> dict[str, str]:
    """What all nodes of a cluster with TLS and users are told, whose ports between them these are."""
    secure: dict[str, str] = {}
    for layer in ("http", "transport"):
        secure |= {
            f"xpack.security.{layer}.ssl.enabled": "true",
            f"xpack.security.{layer}.ssl.key": "certs/node.key",
            f"xpack.security.{layer}.ssl.certificate": "certs/node.crt",
            f"xpack.security.{layer}.ssl.certificate_authorities": "certs/node.crt",
        }
    return {
        "cluster.name": f"sankofa-{transport[0]}",
        "discovery.seed_hosts": "[" + ", ".join(f'"127.0.0.1:{port}"' for port in transport) + "]",
        "cluster.initial_master_nodes": "[" + ", ".join(f'"{name}"' for name in _NAMES[: len(transport)]) + "]",
        "xpack.security.enabled": "true",
        "xpack.security.autoconfiguration.enabled": "false",
        "xpack.security.transport.ssl.verification_mode": "certificate",
        **secure,
    }


def _make_certificate(nodes: Sequence[Node]) -> Path:
    """One self-signed certificate for all of them, which is its own authority."""
    first = nodes[0]
    (first.folder / "instances.yml").write_text(
        'instances:\n  - name: node\n    dns: [localhost]\n    ip: ["127.0.0.1"]\n', "utf-8"
    )
    hand_over(first.folder)
    wanted = ("--in", str(first.folder / "instances.yml"), "--out", str(first.folder / "certificate.zip"))
    _finish(first, "elasticsearch-certutil", "cert", "--silent", "--pem", "--self-signed", *wanted)
    with zipfile.ZipFile(first.folder / "certificate.zip") as archive:
        for node in nodes:
            certificates = node.config / "certs"
            certificates.mkdir()
            for name in ("node.key", "node.crt"):
                (certificates / name).write_bytes(archive.read(f"node/{name}"))
            hand_over(certificates)
    return first.config / "certs" / "node.crt"


def _set_password(node: Node, password: str) -> None:
    _finish(node, "elasticsearch-keystore", "create")
    _finish(node, "elasticsearch-keystore", "add", "-x", "bootstrap.password", given=password.encode())


def _finish(node: Node, name: str, *arguments: str, given: bytes = b"") -> None:
    with tempfile.TemporaryFile() as output:
        code = run_program(name, *arguments, node=node, output=output, given=given).wait()
        if code:
            output.seek(0)
            raise NodeError(f"{name} failed:\n{output.read().decode('utf-8', 'replace')}")


@contextmanager
def _run(nodes: Sequence[Node]) -> Iterator[None]:
    """Start all at once, for each waits for the others."""
    try:
        for node in nodes:
            node.start()
        for node in nodes:
            node.wait()
        yield
    finally:
        for node in nodes:
            node.stop()


def _wait_for_users(cluster: Cluster) -> None:
    """Return when the index of users is there: a node makes it by itself soon after its start.

    Before that the administrator is let in, while it is made nobody is, after it again.
    """
    until = time.monotonic() + _USERS_SECONDS
    for url in cluster.urls:
        with Elasticsearch(url, basic_auth=(ADMINISTRATOR, cluster.password), ca_certs=str(cluster.ca_file)) as client:
            while not _has_users(client):
                if time.monotonic() > until:
                    raise NodeError(f"{url} has no index of users after {_USERS_SECONDS} s")
                time.sleep(0.3)


def _has_users(client: Elasticsearch) -> bool:
    try:
        health = client.options(ignore_status=408).cluster.health(
            index=".security", wait_for_status="yellow", timeout="5s"
        )
    except AuthenticationException:
        return False
    return not health["timed_out"]


@contextmanager
def _open_folder(where: Path | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sankofa-elasticsearch-", dir=where) as name:
        folder = Path(name)
        folder.chmod(0o755)  # of root: the user who runs the nodes must reach its folders in here
        yield folder
