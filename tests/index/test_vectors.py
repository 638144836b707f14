"""Vectors in signed bytes: how they are written, compared and nominated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index import vectors
from index.meaning.encoder import Vectors
from index.vectors import MAX_DIMENSIONS, SignTable, measure_cosines, pack_signs, quantise, read_codes, write_codes


@given(arrays(np.float32, (4, 24), elements=st.floats(-1, 1, width=32)))
def test_quantised_vectors_point_the_same_way_within_what_a_byte_can_say(given_vectors: Vectors) -> None:
    codes = quantise(given_vectors)

    for vector, code in zip(given_vectors.astype(np.float64), codes, strict=True):
        largest = np.abs(vector).max()
        if largest > 0:
            assert np.abs(code / 127 - vector / largest).max() <= 0.5 / 127 + 1e-6
            assert np.abs(code).max() == 127
        else:
            assert not code.any()


def test_the_widest_vectors_have_exact_cosines() -> None:
    one = np.full(MAX_DIMENSIONS, -128, dtype=np.int8)
    other = one.copy()
    other[0] = -127

    product, squares = 128 * 128 * 1_023 + 128 * 127, (128 * 128 * 1_024, 128 * 128 * 1_023 + 127 * 127)
    cosine = product / (np.sqrt(float(squares[1])) * np.sqrt(float(squares[0])))
    assert measure_cosines(one, np.stack([one, other])) == [1.0, cosine]


@given(st.binary(min_size=1, max_size=MAX_DIMENSIONS).filter(any))
def test_codes_survive_the_round_trip(content: bytes) -> None:
    codes = np.frombuffer(content, dtype=np.int8)

    assert read_codes(write_codes(codes)).tolist() == codes.tolist()
    assert len(pack_signs(codes).tobytes()) % 8 == 0


@given(st.lists(st.integers(1, 40), max_size=8), st.integers(0, 2**32), st.integers(1, 12))
def test_the_nearest_are_nominated_however_the_table_grew(sizes: list[int], seed: int, wanted: int) -> None:
    random = np.random.default_rng(seed)
    signs = [pack_signs(codes).tobytes() for codes in random.integers(-3, 4, (sum(sizes), 20), dtype=np.int8)]
    table, done = SignTable(), 0
    for size in sizes:
        table = table.extend(range(1_000 + done, 1_000 + done + size), signs[done : done + size])
        done += size
    asked = pack_signs(random.integers(-3, 4, 20, dtype=np.int8))
    distances = [(int.from_bytes(one) ^ int.from_bytes(asked.tobytes())).bit_count() for one in signs]
    passing = {1_000 + number for number in range(done) if number % 3}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "NOMINATED", wanted)
        nominated = table.nominate(asked, lambda numbers: (number for number in numbers if number in passing))

    ranked = sorted(distances[number - 1_000] for number in passing)
    bound = ranked[:wanted][-1] if ranked else -1
    assert nominated == sorted(number for number in passing if distances[number - 1_000] <= bound)
    assert len(table) == done
    assert len(table.parts) <= max(1, done).bit_length()
