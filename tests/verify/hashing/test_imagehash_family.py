import imagehash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.verify.drawing import draw_scene, draw_waves
from verify.hashing import HASHERS
from verify.hashing.base import distance_bits
from verify.hashing.symmetry import SYMMETRIES, apply_symmetry

FAMILY = ("phash", "dhash", "whash")

# Made with ImageHash 4.3.2: name, width, height, seed, code.
GOLDEN = (
    ("phash", 320, 240, 1, "f1f1f1c1010307ff"),
    ("phash", 700, 500, 2, "fcfcfcf8f0e00101"),
    ("phash", 64, 64, 5, "fefefefc400000f0"),
    ("dhash", 320, 240, 1, "d4aa44b250a84892"),
    ("dhash", 700, 500, 2, "aa68d02080400000"),
    ("dhash", 64, 64, 5, "2854d8a150a49422"),
    ("whash", 320, 240, 1, "67d8a44f52b78c91"),
    ("whash", 700, 500, 2, "5aa1448a95cb6ed7"),
    ("whash", 64, 64, 5, "ceb643319e4d66a8"),
)


@pytest.mark.parametrize(("name", "width", "height", "seed", "code"), GOLDEN)
def test_golden_vectors(name: str, width: int, height: int, seed: int, code: str) -> None:
    assert HASHERS[name].compute(Image.fromarray(draw_waves(width, height, seed))).code == code


@pytest.mark.parametrize("name", ["phash", "dhash"])
@pytest.mark.parametrize("seed", range(4))
def test_codes_are_those_that_other_tools_exchange(name: str, seed: int) -> None:
    scene = draw_scene(seed, 240, 180)
    assert HASHERS[name].compute(scene).code == str(getattr(imagehash, name)(scene))


@given(st.binary(min_size=8, max_size=8))
def test_codes_are_read_back_by_imagehash_with_their_leading_zeros(code: bytes) -> None:
    text = code.hex()
    assert str(imagehash.hex_to_hash(text)) == text


@pytest.mark.parametrize("name", FAMILY)
@given(seed=st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_every_code_has_64_bits(name: str, seed: int) -> None:
    assert len(HASHERS[name].compute(draw_scene(seed, 60, 40)).code) == 16


@pytest.mark.parametrize("name", FAMILY)
def test_each_symmetry_is_the_hash_of_the_picture_so_turned(name: str) -> None:
    scene = draw_scene(5, 240, 180)
    found = HASHERS[name].compute_symmetries(scene)
    assert tuple(f.symmetry for f in found) == SYMMETRIES
    for fingerprint in found:
        turned = HASHERS[name].compute(apply_symmetry(scene, fingerprint.symmetry))
        assert distance_bits(fingerprint, turned.code) == 0


@pytest.mark.parametrize("name", FAMILY)
def test_a_larger_copy_stays_near(name: str) -> None:
    scene = draw_scene(6, 240, 180)
    larger = scene.resize((960, 720), Image.Resampling.BICUBIC)
    assert distance_bits(HASHERS[name].compute(scene), HASHERS[name].compute(larger)) <= 4


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (3000, 2)])
def test_slivers_are_hashed_without_an_error(name: str, size: tuple[int, int]) -> None:
    assert len(HASHERS[name].compute(Image.new("RGB", size, "white")).code) == 16
