"""What a publisher's label or number means on our scale: never a guess."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from index.ratings import AuthenticityCategory, Rating
from index.scales.scale import Label, Scale, load_scale

OURS = "sankofa"
_own: list[Scale] = []


@cache
def _load_shipped() -> tuple[Scale, ...]:
    return tuple(load_scale(path) for path in sorted(Path(__file__).parent.glob("*.toml")))


def use_scales(scales: Sequence[Scale]) -> None:
    """Map labels in this process with a newsroom's own scales, before those that we ship."""
    _own[:] = scales


def list_scales() -> tuple[Scale, ...]:
    """Return the scales that are known: a newsroom's own, then ours, then those of others by name."""
    return (*_own, *sorted(_load_shipped(), key=lambda scale: (scale.id != OURS, scale.id)))


def find_scale(scale_id: str) -> Scale | None:
    """Find a scale by its identifier."""
    return next((scale for scale in list_scales() if scale.id == scale_id), None)


def map_label(textual_rating: str, *, site: str = "") -> Rating | None:
    """Map a publisher's own label onto our scale; the scale of *site* comes first.

    ``None`` where we do not know it, where it says nothing of truth, and for a question.
    """
    found = next((label for label in _iter_labels(textual_rating, site) if label.category is None), None)
    return found.rating if found else None


def map_category(label: str) -> AuthenticityCategory | None:
    """Map a label that is given to a medium onto schema.org's categories; ``None`` where we do not know it."""
    return next((found.category for found in _iter_labels(label, "") if found.category), None)


def map_number(value: float | None, worst: float | None, best: float | None, *, site: str = "") -> Rating | None:
    """Map a number onto our scale by a scale that goes from *worst* to *best*: that of *site*, or ours.

    A number between two steps, or one that a scale gives to several ratings, is not guessed.
    """
    for scale in _order(site):
        if (scale.id == OURS or scale.is_of(site)) and (scale.worst, scale.best) == (worst, best):
            ratings = {label.rating for label in scale.labels if label.number is not None and label.number == value}
            if len(ratings) == 1:
                return ratings.pop()
    return None


def number_of(rating: Rating) -> int | None:
    """Return the step that *rating* is on our scale, from 1 to 5; ``None`` for what is no step of it."""
    ours = (label for scale in _load_shipped() if scale.id == OURS for label in scale.labels)
    return next((label.number for label in ours if label.rating is rating), None)


def number_on(
    scale_id: str, textual_rating: str, rating: Rating | None
) -> tuple[int, int, int] | tuple[None, None, None]:
    """Return the number of a label on its scale with the worst and the best one there; of *rating* on ours where it has none."""
    scale = find_scale(scale_id)
    label = scale.find(textual_rating) if scale else None
    if scale and label and label.number is not None:
        return label.number, scale.worst, scale.best
    number = number_of(rating) if rating else None
    return (number, 1, 5) if number is not None else (None, None, None)


def _iter_labels(text: str, site: str) -> Iterator[Label]:
    return (label for scale in _order(site) if (label := scale.find(text)))


def _order(site: str) -> Sequence[Scale]:
    return sorted(list_scales(), key=lambda scale: not scale.is_of(site))
