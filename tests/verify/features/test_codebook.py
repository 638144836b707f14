import hashlib
import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from verify.errors import FeatureFormatError
from verify.features.codebook import (
    CENTRES,
    CODE_BYTES,
    CODEBOOK,
    Codebook,
    assign_numbers,
    assign_words,
    load_codebook,
    pack_features,
    read_codebook,
    unpack_features,
)
from verify.features.detection import Features, Floats

ALPHABET = set("0123456789abcdefghijklmnopqrstuv")


def draw_descriptors(count: int, seed: int = 0) -> Floats:
    rows = np.random.default_rng(seed).gamma(0.5, 1.0, (count, 128)).astype(np.float32)
    return np.asarray(np.sqrt(rows / rows.sum(axis=1, keepdims=True)), dtype=np.float32)


places = st.integers(0, 40).flatmap(
    lambda count: st.tuples(
        arrays(np.float32, (count, 2), elements=st.floats(0, 448, width=32)),
        arrays(np.float32, (count, 1), elements=st.floats(1.5, 512, width=32)),
        arrays(np.float32, (count, 1), elements=st.floats(0, 359.5, width=32)),
    )
)


@given(parts=places)
def test_places_survive_packing_to_a_step(parts: tuple[Floats, Floats, Floats]) -> None:
    before = Features(np.hstack(parts), draw_descriptors(len(parts[0])), 448, 448)

    after = unpack_features(pack_features(before), 448, 448)

    assert len(after) == len(before)
    assert np.all(np.abs(after.places[:, :2] - before.places[:, :2]) <= 1.001)
    assert np.all(np.abs(np.log2(after.places[:, 2] / before.places[:, 2])) <= 0.5 / 24 + 1e-3)
    turned = (after.places[:, 3] - before.places[:, 3] + 180) % 360 - 180
    assert np.all(np.abs(turned) <= 360 / 512 + 1e-3)


@given(content=st.binary(max_size=40).map(lambda rows: rows * CODE_BYTES))
def test_packing_what_was_unpacked_changes_nothing(content: bytes) -> None:
    import base64

    codes = base64.b64encode(content).decode()
    features = unpack_features(codes, 448, 448)
    again = unpack_features(pack_features(features), 448, 448)

    assert np.allclose(again.places, features.places, rtol=1e-5)
    assert np.allclose(again.descriptors, features.descriptors)


def test_a_code_takes_twelve_bytes() -> None:
    features = Features(np.full((128, 4), 3, np.float32), draw_descriptors(128), 448, 300)

    assert len(pack_features(features)) == 128 * CODE_BYTES * 4 // 3


def test_a_coarse_descriptor_is_nearest_to_its_own() -> None:
    fine = Features(np.full((60, 4), 3, np.float32), draw_descriptors(60), 448, 300)

    coarse = unpack_features(pack_features(fine), 448, 300)

    assert np.array_equal((coarse.descriptors @ fine.descriptors.T).argmax(axis=1), np.arange(60))


@pytest.mark.parametrize("codes", ["AAAA", "not base 64!", "é", "A" * 17])
def test_damaged_codes_are_refused(codes: str) -> None:
    with pytest.raises(FeatureFormatError, match="anew"):
        unpack_features(codes, 448, 300)


def test_no_features_make_no_words_and_no_codes() -> None:
    empty = Features(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32), 448, 300)

    assert assign_words(empty.descriptors, 3) == ()
    assert pack_features(empty) == ""
    assert len(unpack_features("", 448, 300)) == 0


def test_words_are_four_letters_distinct_and_in_order() -> None:
    descriptors = draw_descriptors(200)
    words = assign_words(np.vstack([descriptors, descriptors]), 3)

    assert list(words) == sorted(set(words))
    assert all(len(word) == 4 and set(word) <= ALPHABET for word in words)
    assert words == assign_words(descriptors, 3)


def test_the_letters_of_a_word_are_its_number() -> None:
    descriptors = draw_descriptors(50)
    numbers = set(assign_numbers(descriptors, 1, load_codebook()).ravel().tolist())

    assert {int(word, 32) for word in assign_words(descriptors, 1)} == numbers


def test_the_nearest_words_equal_those_found_by_trying_every_pair() -> None:
    codebook, descriptors = load_codebook(), draw_descriptors(12)
    turned = descriptors @ codebook.rotation
    distances = [
        ((turned[:, None, half * 64 : half * 64 + 64] - codebook.centres[half][None]) ** 2).sum(axis=2)
        for half in (0, 1)
    ]
    sums = (distances[0][:, :, None] + distances[1][:, None, :]).reshape(12, -1)

    found = assign_numbers(descriptors, 3, codebook)

    best = np.sort(sums, axis=1)[:, :3]
    assert np.allclose(np.take_along_axis(sums, found, axis=1), best, atol=1e-4)
    assert np.array_equal(found[:, :1], assign_numbers(descriptors, 1, codebook))


def test_the_shipped_numbers_are_those_whose_origin_is_told() -> None:
    folder = files("verify.features")
    content = (folder / f"{CODEBOOK}.npz").read_bytes()
    origin = json.loads((folder / f"{CODEBOOK}.json").read_text("utf-8"))

    assert origin["version"] == CODEBOOK
    assert origin["sha256"] == hashlib.sha256(content).hexdigest()
    assert origin["sources"]
    assert len(content) <= 400_000


def test_the_shipped_rotation_turns_without_stretching() -> None:
    rotation = load_codebook().rotation

    assert np.allclose(rotation @ rotation.T, np.eye(128), atol=0.01)


def test_a_codebook_survives_being_written_and_read() -> None:
    codebook = load_codebook()

    again = read_codebook(codebook.save())

    assert np.array_equal(again.rotation, codebook.rotation)
    assert np.array_equal(again.centres, codebook.centres)
    assert np.array_equal(again.parts, codebook.parts)
    assert again.save() == codebook.save()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive at all"])
def test_a_damaged_codebook_is_refused(content: bytes) -> None:
    with pytest.raises(FeatureFormatError, match="install"):
        read_codebook(content)


def test_a_codebook_of_another_shape_is_refused() -> None:
    right = load_codebook()

    with pytest.raises(FeatureFormatError, match="shape"):
        Codebook(right.rotation, right.centres[:, : CENTRES // 2], right.parts)
