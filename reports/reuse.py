"""The media that were used most: one picture with all its copies, from where it was known first to each later use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reports.content import Case, MediumEntry, MediumUse, ReusedMedium, Spread
from reports.spread import name_place, order_in_time

_MOST = 10
_MOST_PICTURES = 6


def find_reused(cases: Sequence[Case], zone: str) -> tuple[ReusedMedium, ...]:
    """Find the media that were used in at least two places, most first.

    Copies count as one medium where a person confirmed that they are, or a verdict says so; a suggestion does not count.
    """
    entries = dict(_iter_entries(cases))
    shows = _find_originals(cases)
    groups: dict[str, dict[str, MediumUse]] = {}
    for case in cases:
        for line in case.spread:
            if line.subject_id in entries and line.basis != "suggested":
                uses = groups.setdefault(_follow(line.subject_id, shows), {})
                use = uses.get(name_place(line)) or _describe(line)
                uses[use.place] = replace(use, claim_ids=tuple(dict.fromkeys((*use.claim_ids, case.claim_id))))
    reused = (_build(root, tuple(uses.values()), entries, zone) for root, uses in groups.items())
    return tuple(sorted(filter(None, reused), key=lambda each: (-each.places, each.media_id))[:_MOST])


def _iter_entries(cases: Iterable[Case]) -> Iterator[tuple[str, MediumEntry]]:
    for case in cases:
        for pair in case.comparisons:
            yield pair.known.media_id, pair.known
            yield pair.use.media_id, pair.use
        for entry in case.media:
            yield entry.media_id, entry


def _find_originals(cases: Iterable[Case]) -> Mapping[str, str]:
    pairs = (pair for case in cases for pair in case.comparisons if pair.status in ("confirmed", ""))
    return {pair.use.media_id: pair.known.media_id for pair in pairs if pair.use.media_id != pair.known.media_id}


def _follow(media_id: str, shows: Mapping[str, str]) -> str:
    """Go from a copy to what it shows; where that leads in a circle, to the smallest identifier of it."""
    way = [media_id]
    while (further := shows.get(way[-1])) is not None:
        if further in way:
            return min(way[way.index(further) :])
        way.append(further)
    return way[-1]


def _describe(line: Spread) -> MediumUse:
    return MediumUse(
        id=line.id,
        place=name_place(line),
        role=line.role,
        media_id=line.subject_id,
        appeared_on=line.appeared_on,
        platform=line.platform,
        account=line.account,
        url=line.url,
        claim_ids=(),
        cites=line.cites,
    )


def _build(
    root: str, uses: tuple[MediumUse, ...], entries: Mapping[str, MediumEntry], zone: str
) -> ReusedMedium | None:
    places = sum(use.role == "seen" for use in uses)
    if places < 2:
        return None
    ordered = tuple(sorted(uses, key=lambda use: order_in_time(use, zone)))
    pictures = dict.fromkeys((root, *(use.media_id for use in ordered)))
    shown = tuple(entries[each] for each in pictures if each in entries)[:_MOST_PICTURES]
    return ReusedMedium(media_id=root, places=places, pictures=shown, uses=ordered)
