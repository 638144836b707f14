"""The shipped numbers."""

import json
from importlib.resources import files

import pytest

from index.matching import SUGGESTED_FROM, Asked
from index.matching.coefficients import Arm, load_coefficients
from index.matching.features import build_features
from tests.index.matching.builders import build_candidate

ARMS: tuple[Arm, ...] = ("words", "meaning")


@pytest.mark.parametrize("arm", ARMS)
def test_every_number_weighs_something_that_is_measured(arm: Arm) -> None:
    asked = Asked(text="Un tunnel")
    measured = build_features(asked, [build_candidate(1, 5.0, cosine=0.5)], 100)[0].keys() | {"nearness"}
    coefficients = load_coefficients(arm)

    assert coefficients.order.keys() <= measured
    assert coefficients.probability.keys() <= measured | {"lead", "always"}


def test_words_alone_weigh_no_meaning() -> None:
    assert "cosine" not in load_coefficients("words").order
    assert load_coefficients("meaning").order["cosine"] > 0


def test_where_the_numbers_come_from_stands_beside_them() -> None:
    table = json.loads(files("index.matching").joinpath("coefficients.json").read_text("utf-8"))

    assert "learn-ranking" in table["provenance"]


def test_the_threshold_is_a_probability() -> None:
    assert 0.5 < SUGGESTED_FROM < 1.0
