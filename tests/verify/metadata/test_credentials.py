import socket
import sys
import threading
from pathlib import Path

import pytest

from tests.verify.drawing import draw_scene, save, write_video
from tests.verify.metadata.signing import TestSigner, make_signer
from verify.metadata import credentials
from verify.metadata.credentials import read_credentials

SCENE = draw_scene(1, 320, 240)


@pytest.fixture(scope="module")
def signer() -> TestSigner:
    pytest.importorskip("c2pa", reason="needs pip install 'sankofa[provenance]'")
    return make_signer()


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_picture_without_credentials_has_none(tmp_path: Path, signer: TestSigner) -> None:
    for suffix, media_type in (
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
    ):
        assert read_credentials(save(SCENE, tmp_path / f"a.{suffix}"), media_type).state == "none"


def test_formats_that_cannot_carry_credentials_have_none(tmp_path: Path, signer: TestSigner) -> None:
    assert read_credentials(save(SCENE, tmp_path / "a.bmp"), "image/bmp").state == "none"
    clip = write_video(tmp_path / "a.webm", [SCENE], codec="libvpx")
    assert read_credentials(clip, "video/webm").state == "none"


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_a_signer_nobody_vouches_for_is_untrusted(tmp_path: Path, signer: TestSigner, media_type: str) -> None:
    found = read_credentials(write(tmp_path / "a", signer.sign(SCENE, media_type)), media_type)
    assert found.state == "untrusted"
    assert {("signer", "Test newsroom"), ("certificate", "camera of the test"), ("title", "a scene")} <= set(
        found.facts
    )
    assert ("action", "c2pa.created") in found.facts
    assert found.digital_source_types == ("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",)


def test_a_signer_on_the_list_given_is_trusted(tmp_path: Path, signer: TestSigner) -> None:
    path = write(tmp_path / "a.jpg", signer.sign(SCENE))
    assert read_credentials(path, "image/jpeg", signer.root_pem).state == "trusted"
    assert read_credentials(path, "image/jpeg", make_signer().root_pem).state == "untrusted"


@pytest.mark.parametrize("place", [-200, -3000])
def test_changed_pixels_are_tampering_whoever_signed(tmp_path: Path, signer: TestSigner, place: int) -> None:
    content = bytearray(signer.sign(SCENE))
    content[place] ^= 0x10
    found = read_credentials(write(tmp_path / "a.jpg", bytes(content)), "image/jpeg", signer.root_pem)
    assert found.state == "tampered"
    assert ("failure", "assertion.dataHash.mismatch") in found.facts


def test_a_changed_manifest_is_tampering(tmp_path: Path, signer: TestSigner) -> None:
    content = signer.sign(SCENE).replace(
        b"trainedAlgorithmicMedia", b"digitalCapture\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    )
    found = read_credentials(write(tmp_path / "a.jpg", content), "image/jpeg", signer.root_pem)
    assert found.state in {"tampered", "invalid"}


def test_the_credentials_of_one_picture_do_not_hold_for_another(tmp_path: Path, signer: TestSigner) -> None:
    tails = []
    for seed in (1, 2):
        content = save(draw_scene(seed, 320, 240), tmp_path / f"{seed}.jpg").read_bytes()
        tails.append(content[content.index(b"\xff\xdb") :])
    signed = signer.sign(SCENE)
    assert signed.endswith(tails[0])
    moved = signed.removesuffix(tails[0]) + tails[1]
    found = read_credentials(write(tmp_path / "a.jpg", moved), "image/jpeg", signer.root_pem)
    assert found.state == "tampered"


def test_words_in_a_manifest_are_plain_text(tmp_path: Path, signer: TestSigner) -> None:
    hostile = "<script>alert(1)</script>\u202egpj" + "x" * 100_000
    found = read_credentials(write(tmp_path / "a.jpg", signer.sign(SCENE, title=hostile)), "image/jpeg")
    title = dict(found.facts)["title"]
    assert title.startswith("<script>alert(1)</script>gpjx")
    assert len(title.encode()) <= 64 * 1024


def test_a_manifest_elsewhere_is_named_and_never_fetched(tmp_path: Path, signer: TestSigner) -> None:
    asked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa"

        def listen() -> None:
            try:
                connection, address = server.accept()
            except TimeoutError:
                return
            asked.append(address)
            connection.close()

        listener = threading.Thread(target=listen)
        listener.start()
        found = read_credentials(write(tmp_path / "a.jpg", signer.sign_remotely(SCENE, url)), "image/jpeg")
        listener.join()
    assert (found.state, found.facts, asked) == ("remote", (("address", url),), [])


def test_a_damaged_manifest_is_invalid_and_no_error(tmp_path: Path, signer: TestSigner) -> None:
    content = bytearray(signer.sign(SCENE))
    place = content.index(b"jumb") + 40
    content[place : place + 400] = b"\xff" * 400
    found = read_credentials(write(tmp_path / "a.jpg", bytes(content)), "image/jpeg")
    assert found.state in {"invalid", "tampered", "none"}


def test_a_missing_package_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "c2pa", None)
    found = read_credentials(save(SCENE, tmp_path / "a.jpg"), "image/jpeg")
    assert (found.state, found.note) == ("not-read", credentials.MISSING)
    assert "sankofa[provenance]" in found.note
    assert "\n" not in found.note


def test_a_file_too_large_to_hash_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "MAXIMUM_SIZE_BYTES", 10)
    found = read_credentials(save(SCENE, tmp_path / "a.jpg"), "image/jpeg")
    assert found.state == "not-read"
    assert "10 bytes" in found.note
