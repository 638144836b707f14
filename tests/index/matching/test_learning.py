"""How the shipped numbers are learned (:mod:`bench._learning`), on lists whose answer is known."""

import numpy as np
import pytest

from bench._learning import learn_order, learn_probability
from bench._perturbations import PERTURBATIONS


def test_the_feature_that_tells_gets_the_weight() -> None:
    random = np.random.default_rng(5)
    lists = []
    for _ in range(60):
        right = np.eye(8)[random.integers(8)]
        lists.append((np.stack([right + random.normal(0, 0.4, 8), random.normal(0, 1, 8)], axis=1), right))

    telling, idle = learn_order(lists)

    assert telling > 5 * abs(idle)


def test_a_list_without_a_right_answer_teaches_nothing() -> None:
    known = [(np.array([[1.0], [0.0]]), np.array([1.0, 0.0]))] * 5
    unknown = [(np.array([[9.0], [0.0]]), np.array([0.0, 0.0]))] * 5

    assert learn_order(known + unknown) == pytest.approx(learn_order(known))


def test_a_probability_is_as_often_right_as_it_says() -> None:
    random = np.random.default_rng(5)
    inputs = np.stack([random.normal(0, 2, 4000), np.ones(4000)], axis=1)
    likely = 1 / (1 + np.exp(-(1.5 * inputs[:, 0] - 1)))

    weights = learn_probability(inputs, (random.random(4000) < likely).astype(float))

    assert weights == pytest.approx([1.5, -1.0], abs=0.2)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_perturbed_post_is_another_text_and_the_same_each_time(name: str) -> None:
    text = "L'armée malienne a été attaquée à Kidal hier, disent des témoins. جيش مالي في كيدال"

    once, again = (PERTURBATIONS[name](text, np.random.default_rng(3)) for _ in range(2))

    assert once == again != text
