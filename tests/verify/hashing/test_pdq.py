import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.verify.drawing import draw_page, draw_scene, draw_waves
from verify.hashing.base import distance_bits
from verify.hashing.pdq import PDQ, build_axis_matrix, hash_luma, measure_flat_share
from verify.hashing.symmetry import SYMMETRIES, apply_symmetry

# Made with pdqhash 0.2.8 (the reference C++ code) from the same luma: width, height, seed, code, quality.
GOLDEN: tuple[tuple[int, int, int, str, int], ...] = (
    (320, 240, 1, "603fcfff9c00307f23ff67806e004c3f4c7f58f8d9e0d9c0d9c0d9c0d981d983", 100),
    (512, 512, 2, "e0ffc7ff9f801c00381f30ff31ff73f063c067806780670067036707670f670f", 100),
    (1000, 613, 3, "5b805b00523f523f527f567856f0d6e056e056c056c156c356c7d6c756c756c7", 100),
    (97, 301, 4, "cc3fd8ffd8ffd9f899e099c093809380938193039307930f930f930f931f931f", 100),
    (64, 64, 5, "31d531c533c531c133c133c77381e3ffc30007ffff00fe004407441fcc3fcc7f", 100),
    (5, 7, 6, "348d3e0fcb7261d861d8348d348d348d9e276a5b61d8cb72cb72cb72348d3e0f", 100),
    (129, 128, 8, "181f307f61fd63e06780c700ce00cc0fcc1f8c3f9c7f987f987c98f898f898f8", 100),
    (640, 20, 9, "4a3f663cb6f091f05cc04c8067c7a08f1d8fc59f259ff81c8f9e611c91189fbc", 100),
)


def reference(luma: npt.NDArray[np.uint8]) -> tuple[str, int]:
    pdqhash = pytest.importorskip("pdqhash", reason="needs the reference implementation: pip install pdqhash")
    bits, quality = pdqhash.compute(np.dstack([luma] * 3))
    return np.packbits(bits.astype(np.uint8)).tobytes().hex(), int(quality)


@pytest.mark.parametrize(("width", "height", "seed", "code", "quality"), GOLDEN)
def test_golden_vectors_of_the_reference_code(width: int, height: int, seed: int, code: str, quality: int) -> None:
    found = PDQ.compute(Image.fromarray(draw_waves(width, height, seed)))
    assert (found.code, found.quality) == (code, quality)


# From 17 pixels a side: under that, exact zeros among the coefficients are ties that rounding alone decides.
@given(st.integers(17, 300), st.integers(17, 300), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_bit_for_bit_equal_to_the_reference_on_the_same_luma(width: int, height: int, seed: int) -> None:
    luma = np.asarray(draw_scene(seed, max(100, width), max(100, height)).convert("L").resize((width, height)))
    found = PDQ.compute(Image.fromarray(luma))
    assert (found.code, found.quality) == reference(luma)


def test_the_eight_symmetries_are_those_of_the_reference() -> None:
    pdqhash = pytest.importorskip("pdqhash", reason="needs the reference implementation: pip install pdqhash")
    luma = np.asarray(draw_scene(3).convert("L"))
    hashes, _ = pdqhash.compute_dihedral(np.dstack([luma] * 3))
    expected = {np.packbits(np.asarray(bits, dtype=np.uint8)).tobytes().hex() for bits in hashes}
    assert {f.code for f in PDQ.compute_symmetries(Image.fromarray(luma))} == expected


@pytest.mark.parametrize("seed", range(5))
def test_each_symmetry_is_near_the_hash_of_the_picture_so_turned(seed: int) -> None:
    scene = draw_scene(seed)
    found = PDQ.compute_symmetries(scene)
    assert tuple(f.symmetry for f in found) == SYMMETRIES
    for fingerprint in found:
        turned = PDQ.compute(apply_symmetry(scene, fingerprint.symmetry))
        assert distance_bits(fingerprint, turned.code) <= 16


def test_a_code_has_256_bits_also_where_it_begins_with_zeros() -> None:
    assert {len(PDQ.compute(Image.fromarray(draw_waves(60, 60, seed))).code) for seed in range(30)} == {64}


@pytest.mark.parametrize("size", [(1, 1), (4, 400), (400, 4), (2, 3)])
def test_a_sliver_has_no_quality(size: tuple[int, int]) -> None:
    found = PDQ.compute(Image.new("RGB", size, "red"))
    assert (found.quality, len(found.code)) == (0, 64)


def test_a_blank_picture_has_no_quality_and_is_all_flat() -> None:
    found = PDQ.compute(Image.new("RGB", (300, 200), "navy"))
    assert (found.quality, found.flat_share) == (0, 1.0)


def test_pages_of_text_are_flat_and_scenes_are_not() -> None:
    pages = [measure_flat_share(np.asarray(draw_page(seed).convert("L"))) for seed in range(4)]
    scenes = [measure_flat_share(np.asarray(draw_scene(seed).convert("L"))) for seed in range(4)]
    assert min(pages) > 0.75
    assert max(scenes) < 0.4


@pytest.mark.parametrize("factor", [2, 3, 4, 8])
def test_the_code_of_an_average_is_nearly_that_of_the_whole(factor: int) -> None:
    scene = draw_scene(7, 2077, 1531).convert("L")
    reduced = scene.reduce(factor)
    expected = PDQ.compute_symmetries(scene)
    for found, whole in zip(PDQ.compute_reduced(reduced, scene.size, factor), expected, strict=True):
        assert (found.symmetry, found.quality) == (whole.symmetry, whole.quality)
        assert distance_bits(found, whole) <= 8


@given(st.integers(2, 60), st.integers(2, 60), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_flat_share_is_what_counting_by_hand_gives(width: int, height: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    luma = random.choice(
        np.array([0, 1, 2, 3, 128, 254, 255], dtype=np.uint8), (height, width), p=[0.5, *[0.5 / 6] * 6]
    )
    counts = [0] * 256
    for y in range(1, height):
        for x in range(1, width):
            here = int(luma[y, x])
            if abs(here - int(luma[y - 1, x])) <= 2 and abs(here - int(luma[y, x - 1])) <= 2:
                counts[here] += 1
    near = [sum(counts[max(0, level - 3) : level + 4]) for level in range(256)]
    first = near.index(max(near))
    rest = [count for level, count in enumerate(near) if abs(level - first) > 7]
    assert measure_flat_share(luma) == round((max(near) + max(rest)) / ((width - 1) * (height - 1)), 3)


def test_the_coefficients_are_two_matrix_products() -> None:
    luma = np.asarray(draw_scene(2, 300, 200).convert("L"))
    expected, _ = hash_luma(luma)
    found = build_axis_matrix(200) @ luma.astype(np.float32) @ build_axis_matrix(300).T
    assert np.allclose(found, expected, atol=0.05)
