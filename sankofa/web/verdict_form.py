"""What a person filled in to draft or correct a verdict."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, Field

from index.model import Checked, Evidence, MediaItem, MediaReview, Wording
from index.ratings import AuthenticityCategory, Rating
from index.scales.mapping import find_scale, list_scales
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.attach import build_medium, build_note, build_page
from sankofa.workflows.states import CHECKLIST, Act
from sankofa.workflows.verdicts import Written

_LONG, _SHORT = 20_000, 2_000


class VerdictForm(BaseModel):
    """The fields of the form; all may be empty, and what is empty stays as it was."""

    act: Act = "draft"
    seen: int = 0
    rating: str = ""
    textual_rating: str = Field("", max_length=_SHORT)
    scale: str = Field("", max_length=100)
    explanation_fr: str = Field("", max_length=_LONG)
    explanation_en: str = Field("", max_length=_LONG)
    explanation_ar: str = Field("", max_length=_LONG)
    review_date: str = ""
    url: str = Field("", max_length=_SHORT)
    who: str = Field("", max_length=_LONG)
    where: str = Field("", max_length=_LONG)
    when: str = Field("", max_length=_LONG)
    source: str = Field("", max_length=_LONG)
    original: str = Field("", max_length=_LONG)
    contact: str = Field("", max_length=_LONG)
    page: str = Field("", max_length=_SHORT)
    archived: str = Field("", max_length=_SHORT)
    medium: str = Field("", max_length=100)
    note: str = Field("", max_length=_LONG)
    drop: list[str] = Field(default_factory=list, max_length=200)
    finding_on: str = Field("", max_length=100)
    category: list[str] = Field(default_factory=list, max_length=20)
    finding_original: str = Field("", max_length=100)
    finding_context: str = Field("", max_length=_LONG)
    reason: str = Field("", max_length=_SHORT)


def read_form(desk: Desk, filled: VerdictForm) -> Written:
    """Read the form; raises InputError for a rating, day or address that is none."""
    wordings = (Wording(tag, getattr(filled, f"explanation_{tag}").strip()) for tag in ("fr", "en", "ar"))
    answers = ((point, getattr(filled, point).strip()) for point in CHECKLIST)
    rating, label = _parse_rated(filled)
    return Written(
        rating=rating,
        textual_rating=label,
        rating_scale_id=filled.scale,
        explanation=tuple(wording for wording in wordings if wording.text),
        review_date=_parse_day(filled.review_date),
        url=filled.url.strip(),
        checklist=tuple(Checked(point, answer) for point, answer in answers if answer),
        media_reviews=tuple(_iter_findings(desk, filled)),
        evidence=tuple(_iter_evidence(desk, filled)),
        dropped=tuple(filled.drop),
    )


def _iter_evidence(desk: Desk, filled: VerdictForm) -> Iterator[Evidence]:
    if filled.page.strip():
        yield build_page(filled.page.strip(), archived_url=filled.archived.strip())
    if filled.medium.strip():
        yield build_medium(desk, filled.medium.strip())
    if filled.note.strip():
        yield build_note(filled.note)


def _iter_findings(desk: Desk, filled: VerdictForm) -> Iterator[MediaReview]:
    media_id, original = filled.finding_on.strip(), filled.finding_original.strip()
    if not media_id:
        return
    for each in filter(None, (media_id, original)):
        desk.store.get(MediaItem, each)
    try:
        categories = tuple(AuthenticityCategory(each) for each in filled.category)
    except ValueError as error:
        raise InputError(f"category: {error}; there are {', '.join(AuthenticityCategory)}") from error
    yield MediaReview(
        categories=categories,
        media_id=media_id,
        original_media_id=original or None,
        original_context=filled.finding_context.strip(),
    )


def _parse_rated(filled: VerdictForm) -> tuple[Rating | None, str]:
    """Read a rating of ours with the desk's own words, or a label of the scale that was chosen, which means one of ours."""
    words = filled.textual_rating.strip()
    if not filled.scale or not words:
        return _parse_rating(filled.rating), words
    scale = find_scale(filled.scale)
    if scale is None:
        raise InputError(f"scale: {filled.scale!r} is none of {', '.join(each.id for each in list_scales())}")
    label = scale.find(words)
    if label is None or label.rating is None:
        labels = ", ".join(each.label for each in scale.labels if each.rating)
        raise InputError(f"{words!r} is no rating of {scale.name}: {labels or 'it has none'}")
    return label.rating, label.label


def _parse_rating(text: str) -> Rating | None:
    try:
        return Rating(text) if text else None
    except ValueError as error:
        raise InputError(f"rating: {text!r} is none of {', '.join(Rating)}") from error


def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"date: {text!r} is no day: write 2023-11-14") from error
