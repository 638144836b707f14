"""What a person filled in to draft or correct a verdict."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, Field

from index.model import Checked, Evidence, Wording
from index.ratings import Rating
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
    reason: str = Field("", max_length=_SHORT)


def read_form(desk: Desk, filled: VerdictForm) -> Written:
    """Read the form; raises InputError for a rating, day or address that is none."""
    wordings = (Wording(tag, getattr(filled, f"explanation_{tag}").strip()) for tag in ("fr", "en", "ar"))
    answers = ((point, getattr(filled, point).strip()) for point in CHECKLIST)
    return Written(
        rating=_parse_rating(filled.rating),
        textual_rating=filled.textual_rating.strip(),
        explanation=tuple(wording for wording in wordings if wording.text),
        review_date=_parse_day(filled.review_date),
        url=filled.url.strip(),
        checklist=tuple(Checked(point, answer) for point, answer in answers if answer),
        evidence=tuple(_iter_evidence(desk, filled)),
    )


def _iter_evidence(desk: Desk, filled: VerdictForm) -> Iterator[Evidence]:
    if filled.page.strip():
        yield build_page(filled.page.strip(), archived_url=filled.archived.strip())
    if filled.medium.strip():
        yield build_medium(desk, filled.medium.strip())
    if filled.note.strip():
        yield build_note(filled.note)


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
