"""Values that a person typed after an option, checked; each is a usage error where it cannot be used."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, cast

import typer

if TYPE_CHECKING:
    from index.model import Checked, CheckPoint, ClaimMedia, Wording
    from index.ratings import Rating

_NUMBERED = re.compile(r"(?P<id>.+-.+?)\.(?P<revision>[1-9]\d*)")


def parse_since(text: str | None, option: str = "--since") -> date | None:
    """Parse the first day that *text* may mean; nothing where nothing was typed."""
    from index.dates import first_day

    return first_day(parse_partial(text, option)) if text else None


def parse_until(text: str | None, option: str = "--until") -> date | None:
    """Parse the last day that *text* may mean."""
    from index.dates import last_day

    return last_day(parse_partial(text, option)) if text else None


def parse_period(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """Parse a period as moments in UTC, both inclusive: ``2023-11`` begins on the 1st and ends with the 30th."""
    first, last = _parse_moment(since, "--since"), _parse_moment(until, "--until")
    first = first or _at(parse_since(since), time.min)
    last = last or _at(parse_until(until), time.max)
    if first and last and first > last:
        raise typer.BadParameter(f"the period ends before it begins ({since} to {until})", param_hint="--until")
    return first, last


def parse_partial(text: str, option: str) -> str:
    """Parse a year, month, day or moment into its canonical form."""
    from index.dates import check_partial

    return _check(check_partial, text, option)


def parse_day(text: str, option: str) -> date:
    """Parse one day."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day: write 2023-11-14", param_hint=option) from error


def parse_countries(codes: Iterable[str]) -> tuple[str, ...]:
    """Parse ISO 3166-1 codes."""
    from index.countries import check_country

    return tuple(_check(check_country, code, "--country") for code in codes)


def parse_language(tag: str, option: str = "--language") -> str:
    """Parse a BCP 47 tag."""
    from index.exchange.rows import check_language

    return _check(check_language, tag, option)


def parse_wording(text: str, option: str = "--also") -> "Wording":
    """Parse ``LANG=TEXT``."""
    from index.model import Wording

    tag, found, wording = text.partition("=")
    if not found or not wording.strip():
        raise typer.BadParameter(f"{text!r}: write LANG=TEXT, as in en='Tunnels were found'", param_hint=option)
    return Wording(parse_language(tag.strip(), option), wording.strip())


def parse_claim_media(text: str) -> "ClaimMedia":
    """Parse ``ID`` (shown as proof) or ``ID:original`` (what the picture really is)."""
    from index.model import ClaimMedia

    media_id, _, role = text.partition(":")
    if role not in ("", "shown", "original"):
        raise typer.BadParameter(f"{text!r}: write ID, or ID:original", param_hint="--media")
    return ClaimMedia(media_id, "original" if role == "original" else "shown")


def parse_rating(text: str) -> "Rating":
    """Parse a rating of our scale."""
    from index.ratings import Rating

    try:
        return Rating(text.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(Rating)}", param_hint="--rating") from error


def parse_rated(text: str, scale_id: str) -> "tuple[Rating | None, str]":
    """Parse a rating of ours, or a label of a scale with what it means on ours; nothing where nothing was typed."""
    from index.scales.mapping import find_scale, list_scales

    if not scale_id:
        return (parse_rating(text) if text else None), ""
    scale = find_scale(scale_id)
    if scale is None:
        known = ", ".join(each.id for each in list_scales())
        raise typer.BadParameter(f"{scale_id!r} is none of {known}", param_hint="--scale")
    label = scale.find(text)
    if label is None or label.rating is None:
        rated = ", ".join(each.label for each in scale.labels if each.rating)
        raise typer.BadParameter(
            f"{text!r} is no rating of {scale.name}: {rated or 'it has none'}", param_hint="--rating"
        )
    return label.rating, label.label


def parse_checked(text: str) -> "Checked":
    """Parse an answer of the checklist, ``POINT=TEXT``."""
    from index.model import Checked
    from sankofa.workflows.states import CHECKLIST

    point, _, answer = text.partition("=")
    if not answer.strip():
        raise typer.BadParameter(f"{text!r}: write POINT=TEXT, as in when='14 April 2009'", param_hint="--check")
    return Checked(cast("CheckPoint", parse_choice(point.strip(), CHECKLIST, "--check")), answer.strip())


def split_revision(text: str) -> tuple[str, int | None]:
    """Split ``V-2023-0007.2`` into identifier and revision; without one the newest is meant."""
    match = _NUMBERED.fullmatch(text.strip())
    return (match["id"], int(match["revision"])) if match else (text.strip(), None)


def parse_choice(text: str, choices: Iterable[str], option: str) -> str:
    """Parse one of *choices*."""
    known = tuple(choices)
    if text not in known:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}", param_hint=option)
    return text


def _check(check: Callable[[str], str], text: str, option: str) -> str:
    try:
        return check(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def _parse_moment(text: str | None, option: str) -> datetime | None:
    from index.dates import parse_moment

    partial = parse_partial(text, option) if text else ""
    return parse_moment(partial) if "T" in partial else None


def _at(day: date | None, moment: time) -> datetime | None:
    return datetime.combine(day, moment, UTC) if day else None
