import importlib.util

import numpy as np
import pytest

from tests.verify.radius.drawing import as_set, brute_force, draw_words
from verify.errors import VerifyError
from verify.radius import RadiusIndex
from verify.radius.engine import NUMPY, choose_engine

HAS_NUMBA = importlib.util.find_spec("numba") is not None


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(VerifyError, match="use numpy or numba"):
        choose_engine("fortran")


def test_numpy_can_always_be_asked_for() -> None:
    assert choose_engine("numpy") is NUMPY


@pytest.mark.skipif(HAS_NUMBA, reason="numba is installed")
def test_without_numba_numpy_is_taken_and_numba_is_refused_with_what_to_do() -> None:
    assert choose_engine() is NUMPY
    with pytest.raises(VerifyError, match="install the extra `fast`"):
        choose_engine("numba")


@pytest.mark.skipif(not HAS_NUMBA, reason="needs the extra `fast`")
@pytest.mark.parametrize(
    ("width", "radius"), [(8, 0), (8, 7), (8, 12), (32, 0), (32, 31), (32, 45), (32, 62), (32, 256)]
)
def test_the_compiled_search_answers_as_numpy_does(width: int, radius: int) -> None:
    random = np.random.default_rng(width + radius)
    words = draw_words(random, 60_000, width)
    queries = np.concatenate([words[:6] ^ np.uint64(9), draw_words(random, 2, width)])
    answers = []
    for engine in ("numpy", "numba"):
        index: RadiusIndex[int] = RadiusIndex(width, engine=engine, table_bytes_per_code=1000.0)
        index.add(range(len(words)), words.view(np.uint8))
        index.merge()
        assert index.layouts[0] is not None
        answers.append(index.search(queries.view(np.uint8), radius))

    assert answers[0] == answers[1]
    assert as_set(choose_engine("numba").scan(words[:300], queries, radius)) == brute_force(
        words[:300], queries, radius
    )
