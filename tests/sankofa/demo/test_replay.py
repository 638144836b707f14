import socket
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from sankofa.demo.case import load_case
from sankofa.demo.replay import Replay, open_replay

EMPTY = replace(load_case(), media=(), posts=())


def test_the_replay_counts_what_is_asked_and_ends_with_its_context(tmp_path: Path) -> None:
    with open_replay(tmp_path, case=EMPTY) as replay:
        httpx2.get(replay.site_url + "/robots.txt")
        httpx2.get(replay.site_url + "/robots.txt")
        httpx2.get(replay.x_base_url + "/2/tweets/search/recent")
        assert replay.request_counts == {"/robots.txt": 2, "/2/tweets/search/recent": 1}
        addresses = [urlsplit(replay.site_url), urlsplit(replay.x_base_url)]
    for address in addresses:
        with pytest.raises(ConnectionRefusedError), socket.create_connection((address.hostname, address.port), 5):
            pass


def test_both_servers_listen_on_the_loopback_only(tmp_path: Path) -> None:
    with open_replay(tmp_path, case=EMPTY) as replay:
        assert {urlsplit(url).hostname for url in (replay.site_url, replay.x_base_url)} == {"127.0.0.1"}


def test_a_client_that_goes_away_disturbs_nobody(shared_replay: Replay, capfd: pytest.CaptureFixture[str]) -> None:
    address = urlsplit(shared_replay.site_url)
    with socket.create_connection((address.hostname, address.port), 5) as connection:
        connection.sendall(b"GET /media/a1-bunker-original.mp4 HTTP/1.1\r\nHost: demo\r\n\r\n")
    assert httpx2.get(shared_replay.site_url + "/robots.txt").status_code == 200
    assert capfd.readouterr().err == ""
