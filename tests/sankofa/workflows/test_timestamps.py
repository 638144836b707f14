"""Checkpoints that others have stamped: an authority and a calendar of ours on loopback, and what they may do wrong."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar

import pytest
from opentimestamps.core.notary import PendingAttestation
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from crawlers.errors import SourceUnavailableError
from crawlers.guard import GuardedFetcher, raise_for_status
from index.errors import TimestampError
from index.log.timestamps import build_query
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.log import Signed, export_log, sign_log
from sankofa.workflows.timestamps import ask_authority, ask_opentimestamps, check_stamp
from tests.authority import Authority
from tests.sankofa.desks import ClosedWorld, open_test_desk


class Loopback(ClosedWorld):
    """Sends to this machine only."""

    fetcher: ClassVar = GuardedFetcher(allowed_networks=(ip_network("127.0.0.0/8"),))

    def send(self, url: str, content: bytes, media_type: str) -> bytes:
        answer = self.fetcher.send(url, content, headers={"Content-Type": media_type})
        raise_for_status(url, answer.status, answer.headers)
        return answer.content


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return replace(open_test_desk(tmp_path), outside=Loopback())


@pytest.fixture
def signed(desk: Desk) -> Signed:
    return sign_log(desk)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl (Debian: apt install openssl)")
    return Authority(tmp_path_factory.mktemp("authorities") / "ours")


def serve(server: HTTPServer, answer: Callable[[bytes], bytes], path: str = "/tsr", status: int = 200) -> str:
    def respond(request: Request) -> Response:
        return Response(answer(request.get_data()), status=status)

    server.expect_request(path, method="POST").respond_with_handler(respond)
    return server.url_for("/tsr" if path == "/tsr" else "/")


def test_a_token_proves_offline_when_an_authority_saw_the_checkpoint(
    desk: Desk, signed: Signed, authority: Authority, httpserver: HTTPServer, tmp_path: Path
) -> None:
    stamp = ask_authority(desk, signed, serve(httpserver, authority.answer))

    (says,) = check_stamp(stamp.file, signed.file, authority.certificates)
    seen_at = datetime.strptime(says.partition("saw it at ")[2], "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - seen_at) < timedelta(hours=1)
    export_log(desk, tmp_path / "out")
    given_out = tmp_path / "out/timestamped"
    again = check_stamp(given_out / stamp.file.name, given_out / signed.file.name, authority.certificates)
    assert again == (says,)


def test_a_token_of_another_note_of_a_stranger_or_changed_proves_nothing(
    desk: Desk, signed: Signed, authority: Authority, httpserver: HTTPServer, tmp_path: Path
) -> None:
    stamp = ask_authority(desk, signed, serve(httpserver, authority.answer))
    other = tmp_path / "other.txt"
    other.write_text(signed.note.replace("sankofa", "another", 1), "utf-8")
    with pytest.raises(TimestampError, match="does not prove this checkpoint"):
        check_stamp(stamp.file, other, authority.certificates)
    with pytest.raises(TimestampError, match="does not prove this checkpoint"):
        check_stamp(stamp.file, signed.file, Authority(tmp_path / "stranger").certificates)
    content = stamp.file.read_bytes()
    in_digest, in_signature = content.index(hashlib.sha256(signed.note.encode()).digest()) + 5, len(content) - 3
    for place in (in_digest, in_signature):
        changed = bytearray(content)
        changed[place] ^= 1
        stamp.file.write_bytes(changed)
        with pytest.raises(TimestampError):
            check_stamp(stamp.file, signed.file, authority.certificates)
    with pytest.raises(InputError, match="--ca FILE"):
        check_stamp(stamp.file, signed.file, None)


def test_an_authority_that_answers_something_else_leaves_no_token(
    desk: Desk, signed: Signed, authority: Authority, httpserver: HTTPServer
) -> None:
    earlier = authority.answer(build_query(signed.note)[0])
    elsewhere = authority.answer(build_query("another note")[0])
    for wrong, says in (
        (lambda _: earlier, "an earlier question"),
        (lambda _: elsewhere, "about something else"),
        (lambda _: b"<html>", "no token"),
        (lambda _: authority.answer(b"no query"), "refused|no token"),
    ):
        httpserver.clear()
        with pytest.raises(TimestampError, match=says):
            ask_authority(desk, signed, serve(httpserver, wrong))
    httpserver.clear()
    with pytest.raises(SourceUnavailableError, match="status 500"):
        ask_authority(desk, signed, serve(httpserver, lambda _: b"", status=500))
    assert list(signed.file.parent.glob("*.tsr")) == []


def promise(digest: bytes) -> bytes:
    """What a calendar answers at once: that it will put the digest into a block."""
    stamp = Timestamp(digest)
    stamp.attestations.add(PendingAttestation("https://calendar.example"))
    written = BytesSerializationContext()
    stamp.serialize(written)
    return bytes(written.getbytes())


def test_a_calendar_promises_and_says_so(desk: Desk, signed: Signed, httpserver: HTTPServer, tmp_path: Path) -> None:
    stamp = ask_opentimestamps(desk, signed, serve(httpserver, promise, "/digest"))

    assert "pending" in stamp.says
    (says,) = check_stamp(stamp.file, signed.file, None)
    assert "https://calendar.example" in says
    (tmp_path / "other.txt").write_text("another note")
    with pytest.raises(TimestampError, match="something else"):
        check_stamp(stamp.file, tmp_path / "other.txt", None)


@pytest.mark.parametrize("answer", [b"", b"\x00", b"<html>", b"\xf0" * 70_000])
def test_a_calendar_that_answers_no_timestamp_leaves_no_proof(
    desk: Desk, signed: Signed, httpserver: HTTPServer, answer: bytes
) -> None:
    with pytest.raises(TimestampError, match="calendar"):
        ask_opentimestamps(desk, signed, serve(httpserver, lambda _: answer, "/digest"))
    assert list(signed.file.parent.glob("*.ots")) == []
