"""What a file says of itself is read in the child as it would be here, content credentials too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL.PngImagePlugin import PngInfo

from tests.verify.drawing import draw_scene, save, write_video
from tests.verify.metadata.signing import TestSigner, make_signer
from tests.verify.metadata.test_facts import AI_MADE, EXIF, add_png_chunk
from verify.metadata import read_metadata
from verify.sandbox import Decoder

SCENE = draw_scene(1, 320, 240)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


def write_samples(folder: Path) -> Iterator[Path]:
    for suffix in ("jpg", "webp", "avif"):
        yield save(SCENE, folder / f"a.{suffix}", exif=EXIF, xmp=AI_MADE)
    texts = PngInfo()
    texts.add_text("parameters", "a soldier", zip=True)
    yield add_png_chunk(save(SCENE, folder / "a.png", pnginfo=texts), b"tEXt", b"Comment\x00late")
    yield add_png_chunk(save(SCENE, folder / "b.png"), b"zTXt", b"Comment\x00\x00damaged")
    hostile = b"<!DOCTYPE x [<!ENTITY a 'b'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&a;</x:xmpmeta>"
    yield save(SCENE, folder / "b.jpg", exif=b"Exif\x00\x00MM damaged", xmp=hostile)
    yield save(SCENE, folder / "a.gif", comment=b"a gif")
    yield write_video(folder / "a.mp4", [SCENE], sound=True)


def test_every_format_says_what_it_says_here(decoder: Decoder, tmp_path: Path) -> None:
    said = {path.name: decoder.read(path).facts for path in write_samples(tmp_path)}
    assert said == {name: read_metadata(tmp_path / name) for name in said}
    assert said["a.jpg"].position == (12.66, -8.005)
    assert len(said["b.jpg"].notes) == 2


@pytest.fixture
def signer() -> TestSigner:
    pytest.importorskip("c2pa")
    return make_signer()


def test_signed_untrusted_and_tampered_pictures_are_told_apart(
    decoder: Decoder, signer: TestSigner, tmp_path: Path
) -> None:
    signed, tampered = tmp_path / "a.jpg", tmp_path / "b.jpg"
    content = signer.sign(SCENE)
    signed.write_bytes(content)
    tampered.write_bytes(content[:-200] + bytes([content[-200] ^ 1]) + content[-199:])
    assert decoder.read(signed).facts.credentials.state == "untrusted"
    assert decoder.read(tampered).facts.credentials.state == "tampered"


def test_a_long_list_of_trusted_signers_reaches_the_child(signer: TestSigner, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(signer.sign(SCENE))
    anchors = "".join(make_signer().root_pem for _ in range(20)) * 8 + signer.root_pem
    assert len(anchors) > 100_000
    with Decoder(trust_anchors=anchors) as decoder:
        assert decoder.read(tmp_path / "a.jpg").facts.credentials.state == "trusted"
