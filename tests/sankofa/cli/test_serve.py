import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

from tests.sankofa.cli.lines import PROGRAM, CommandLine


def test_the_desk_is_served_until_it_is_told_to_end(tmp_path: Path) -> None:
    environment = {**os.environ, "SANKOFA_HOME": str(tmp_path)}
    command = [*PROGRAM, "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            address = json.loads(process.stdout.readline())["url"]
            with urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
                assert page.status == 200
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)

    assert address.startswith("http://127.0.0.1:")
    assert process.returncode in (0, 130), err


def test_a_port_that_is_taken_is_said(cli: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        answer = cli("serve", "--port", taken.getsockname()[1])

    assert answer.code == 2
    assert "--port" in answer.err
