import pytest

from index.analysis import fold
from index.ratings import _SPOKEN, Rating, map_label, map_number


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


def test_no_label_means_two_things() -> None:
    labels = [fold(label) for spoken in _SPOKEN.values() for label in spoken.split()]
    assert len(labels) == len(set(labels))


def test_every_label_of_the_table_is_understood() -> None:
    for rating, spoken in _SPOKEN.items():
        for label in spoken.split():
            assert map_label(label.replace("-", " ")) is rating


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
