from collections.abc import Iterator

import pytest

from index.ratings import AuthenticityCategory, Rating
from index.scales.mapping import list_scales, map_category, map_label, map_number, number_of, number_on, use_scales
from index.scales.scale import fold_label, parse_scale

OWN = {
    "name": "Radio Tamani",
    "sites": ["tamani.example"],
    "worst": 0,
    "best": 3,
    "label": [
        {"label": "Pas vrai du tout", "rating": "false", "number": 0},
        {"label": "Correct", "rating": "mostly_true", "number": 2},
    ],
}


@pytest.fixture
def own() -> Iterator[None]:
    use_scales([parse_scale("tamani", OWN)])
    yield
    use_scales([])


@pytest.mark.parametrize(
    ("label", "rating"),
    [
        ("Faux", Rating.FALSE),
        ("FAUX !", Rating.FALSE),
        ("C’est faux.", Rating.FALSE),
        ("« Intox »", Rating.FALSE),
        ("خطأ", Rating.FALSE),
        ("غير صحيح", Rating.FALSE),
        ("Mostly False", Rating.MOSTLY_FALSE),
        ("plutôt_vrai", Rating.MOSTLY_TRUE),
        ("Missing context", Rating.MISSING_CONTEXT),
        ("مُضلِّل", Rating.MISLEADING),
        ("Exagéré", Rating.EXAGGERATED),
        ("Vrai", Rating.TRUE),
    ],
)
def test_what_publishers_write_is_understood(label: str, rating: Rating) -> None:
    assert map_label(label) is rating


@pytest.mark.parametrize(
    "label", ["", "not false", "Faux ?", "صحيح؟", "3", "vrai et faux", "Four Pinocchios", "\ud800"]
)
def test_what_is_not_known_is_not_guessed(label: str) -> None:
    assert map_label(label) is None


@pytest.mark.parametrize("rating", list(Rating))
def test_our_own_names_mean_themselves_where_they_are_labels(rating: Rating) -> None:
    assert map_label(rating.value) in (rating, None)


def test_a_label_means_the_same_on_every_scale_that_we_ship() -> None:
    meant: dict[str, set[Rating | None]] = {}
    for label in (label for scale in list_scales() for label in scale.labels if label.category is None):
        for text in (label.label, *label.also):
            meant.setdefault(fold_label(text), set()).add(label.rating)
            assert map_label(text.upper()) is label.rating
    assert {text: ratings for text, ratings in meant.items() if len(ratings) > 1} == {}


def test_every_rating_and_every_category_has_a_label() -> None:
    labels = [label for scale in list_scales() for label in scale.labels]
    assert {label.rating for label in labels if label.rating} == set(Rating)
    assert {label.category for label in labels if label.category} == set(AuthenticityCategory)


def test_what_is_said_of_a_medium_is_no_rating_of_a_claim() -> None:
    assert map_category("Missing Context") is AuthenticityCategory.DECONTEXTUALIZED
    assert map_category("StagedContent") is AuthenticityCategory.STAGED
    assert map_category("Faux") is None
    assert map_label("Edited or cropped") is None


@pytest.mark.usefixtures("own")
def test_a_newsrooms_own_scale_comes_before_ours() -> None:
    assert map_label("pas vrai du tout !") is Rating.FALSE
    assert map_label("Correct") is Rating.MOSTLY_TRUE
    assert map_label("Correct", site="africacheck.org") is Rating.TRUE
    assert map_number(2, 0, 3, site="www.tamani.example") is Rating.MOSTLY_TRUE
    assert map_number(2, 0, 3) is None
    assert map_number(1, 0, 3, site="tamani.example") is None


def test_a_label_that_says_nothing_of_truth_is_not_rated_by_another_scale() -> None:
    assert map_label("Checked", site="africacheck.org") is None


def test_only_steps_of_our_scale_have_a_number() -> None:
    assert [number_of(rating) for rating in (Rating.FALSE, Rating.MIXED, Rating.TRUE)] == [1, 3, 5]
    assert number_of(Rating.MISLEADING) is None


@pytest.mark.usefixtures("own")
def test_a_label_keeps_the_number_of_its_own_scale() -> None:
    assert number_on("tamani", "Correct", Rating.MOSTLY_TRUE) == (2, 0, 3)
    assert number_on("africa-check", "Unproven", Rating.UNPROVEN) == (None, None, None)
    assert number_on("", "Faux", Rating.FALSE) == (1, 1, 5)


@pytest.mark.parametrize(
    ("value", "worst", "best", "rating"),
    [
        (1.0, 1.0, 5.0, Rating.FALSE),
        (5.0, 1.0, 5.0, Rating.TRUE),
        (2.5, 1.0, 5.0, None),
        (1.0, 5.0, 1.0, None),
        (1.0, None, 5.0, None),
        (-1.0, -1.0, -1.0, None),
        (None, 1.0, 5.0, None),
    ],
)
def test_only_the_usual_scale_is_mapped_by_its_number(
    value: float | None, worst: float | None, best: float | None, rating: Rating | None
) -> None:
    assert map_number(value, worst, best) is rating
