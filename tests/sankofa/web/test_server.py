import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sankofa.errors import InputError
from sankofa.web.app import create_app
from sankofa.web.server import build_server, run_server
from tests.sankofa.desks import open_test_desk

_PROGRAM = """
import sys
from pathlib import Path
from sankofa.web.app import create_app
from sankofa.web.server import run_server
from tests.sankofa.desks import open_test_desk
run_server(create_app(open_test_desk(Path(sys.argv[1]))), "127.0.0.1", 0, lambda url: print(url, flush=True))
print("ended", flush=True)
"""


def ask(url: str, path: str = "/healthz") -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        assert ask(url) == 200
        program.send_signal(number)
        output, errors = program.communicate(timeout=30)
    assert (program.returncode, output, errors) == (0, "ended\n", "")


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    app = create_app(open_test_desk(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=rf"port {port} .*choose another with --port"):
            run_server(app, "127.0.0.1", port, lambda url: None)


def test_a_host_that_does_not_exist_is_an_error_of_the_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"127\.0\.0\.1"):
        build_server(create_app(open_test_desk(tmp_path)), "300.1.1.1", 0)


def test_it_says_where_it_answers_once_it_does(tmp_path: Path) -> None:
    told: list[int] = []
    ready = threading.Event()

    def tell(url: str) -> None:
        told.append(int(url.rpartition(":")[2]))
        ready.set()

    server = build_server(create_app(open_test_desk(tmp_path)), "127.0.0.1", 0, tell)
    thread = threading.Thread(target=server.serve_until_told)
    thread.start()
    assert ready.wait(20)
    assert ask(server.url) == 200
    assert told == [urlsplit(server.url).port]
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()
