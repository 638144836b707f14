"""One node on loopback: its folder of configuration, data and logs, and its process."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import IO

from tests.elasticsearch.distribution import fetch
from tests.elasticsearch.errors import NodeError
from tests.elasticsearch.java import find_java_home

_USER = "sankofa-elasticsearch"
_START_SECONDS, _STOP_SECONDS = 240, 60
_LOG_LINES = 30
ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
"""Signals that whoever runs nodes holds back until they are ended."""
COMMON = {
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}
"""Settings of every node: loopback only, whatever room the disk has."""


_OWN_PORTS = 50
_PORTS = count(20_000 + (os.getpid() % 240) * _OWN_PORTS)
"""Below those that systems give to whoever asks for any; each process of tests begins at its own."""


def find_free_ports(wanted: int) -> tuple[int, ...]:
    """Return ports of loopback that nobody listened to a moment ago."""
    return tuple(islice(filter(_is_free, _PORTS), wanted))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


@dataclass
class Node:
    """A node in *folder*. It can be started again after it was stopped or killed, and then holds what it held."""

    name: str
    folder: Path
    http_port: int
    settings: Mapping[str, str]
    heap: str = "512m"
    java_options: str = ""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def config(self) -> Path:
        """The folder of its configuration; certificates must lie inside."""
        return self.folder / "config"

    def prepare(self) -> None:
        """Write its configuration."""
        shutil.copytree(fetch() / "config", self.config)
        (self.config / "elasticsearch.yml").write_text(self._render(), "utf-8")
        (self.config / "jvm.options.d").mkdir(exist_ok=True)
        hand_over(self.folder)

    def start(self) -> None:
        """Start its process and return at once; :meth:`wait` waits."""
        self._get_pid_file().unlink(missing_ok=True)
        with (self.folder / "output.txt").open("ab") as output:
            self._process = run_program("elasticsearch", "-p", str(self._get_pid_file()), node=self, output=output)

    def wait(self) -> None:
        """Return when it answers, whether or not it lets anybody in.

        Raises:
            NodeError: It ended, or does not answer.
        """
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if signal.sigpending() & ENDING:
                raise NodeError(f"{self.name} was told to end while it started")
            if self._process is None or self._process.poll() is not None:
                raise NodeError(f"{self.name} ended while it started:\n{self.read_log()}")
            if self._answers():
                return
            time.sleep(0.3)
        raise NodeError(f"{self.name} did not answer within {_START_SECONDS} s:\n{self.read_log()}")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the node itself (not to the launcher that started it)."""
        with suppress(ProcessLookupError, ValueError, FileNotFoundError):
            os.kill(int(self._get_pid_file().read_text("ascii")), number)

    def kill(self) -> None:
        """End it as a cut of the power would."""
        self.signal(signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        """End it in order; what does not end is killed."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        self._reap()

    def read_log(self) -> str:
        """Return the last lines that it wrote."""
        try:
            lines = (self.folder / "output.txt").read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_LOG_LINES:])

    def _reap(self) -> None:
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS if self._get_pid_file().exists() else 0)  # before that nobody hears
            self.signal(signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        """Any answer counts; a TLS port answers plain HTTP by closing the connection."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except urllib.error.URLError as error:
            return not isinstance(error.reason, ConnectionRefusedError | TimeoutError)
        except OSError as error:
            return not isinstance(error, ConnectionRefusedError | TimeoutError)
        return True

    def _render(self) -> str:
        paths = {"path.data": str(self.folder / "data"), "path.logs": str(self.folder / "logs")}
        own = {"node.name": self.name, "http.port": str(self.http_port)}
        return "".join(f"{name}: {value}\n" for name, value in {**COMMON, **own, **paths, **self.settings}.items())

    def _get_pid_file(self) -> Path:
        return self.folder / "node.pid"


def run_program(
    name: str, *arguments: str, node: Node, output: IO[bytes], given: bytes = b""
) -> "subprocess.Popen[bytes]":
    """Start one of the programs of the distribution for a node, as the user that owns its folder; *given* is its input."""
    temporary = node.folder / "tmp"
    temporary.mkdir(exist_ok=True)
    hand_over(temporary)
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(node.folder),
        "ES_JAVA_HOME": str(find_java_home()),
        "ES_PATH_CONF": str(node.config),
        "ES_JAVA_OPTS": f"-Xms{node.heap} -Xmx{node.heap} {node.java_options}",
        "ES_TMPDIR": str(temporary),
    }
    user = _get_user() if os.geteuid() == 0 else None
    with tempfile.TemporaryFile() as words:
        words.write(given)
        words.seek(0)
        return subprocess.Popen(
            [str(fetch() / "bin" / name), *arguments],
            stdin=words,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=node.folder,
            start_new_session=True,
            user=user,
            group=user,
        )


def hand_over(folder: Path) -> None:
    """Of root, give a folder to the user who runs the node: Elasticsearch refuses to run as root."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{_get_user()}:{_get_user()}", str(folder)], check=True)


def _get_user() -> str:
    try:
        pwd.getpwnam(_USER)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", _USER], capture_output=True, text=True, check=False
        )
        if made.returncode:
            raise NodeError(f"the user {_USER} cannot be made: {made.stderr.strip()}") from None
    return _USER
