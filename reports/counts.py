"""The month in figures. Every figure names what was counted."""

from collections.abc import Callable, Iterable
from datetime import date

from index.ratings import Rating
from reports.content import Case, Count, CountGroup, Named, ReusedMedium
from reports.i18n import Translator
from reports.spread import name_place

_WAITS = (("0–1", 1), ("2–3", 3), ("4–7", 7), ("8–30", 30), ("> 30", 10**6))
_MOST_NAMED = 20


def build_counts(
    cases: Iterable[Case], reused: Iterable[ReusedMedium], translator: Translator, report_id: str
) -> tuple[Count, ...]:
    """Count what the cases hold; what occurs in two cases is counted once. A zero rests on the report itself."""
    counter = _Counter(tuple(cases), translator, report_id)
    return (
        *counter.count_cases(),
        *counter.count_ratings(),
        *counter.count_named("narratives", lambda case: case.narratives),
        *counter.count_named("actors", lambda case: case.actors),
        *counter.count_platforms(),
        *counter.count_languages(),
        *counter.count_days(),
        *counter.count_uses(reused),
    )


class _Counter:
    def __init__(self, cases: tuple[Case, ...], translator: Translator, report_id: str) -> None:
        self._cases = cases
        self._translator = translator
        self._report_id = report_id
        self._standing = [each for case in cases for each in case.standing]
        seen = [line for case in cases for line in case.spread if line.role == "seen"]
        self._posts = {name_place(line): line for line in seen if line.basis != "suggested"}
        self._doubtful = {name_place(line) for line in seen if line.basis == "suggested"} - self._posts.keys()

    def count_cases(self) -> Iterable[Count]:
        tell = self._translator.gettext
        lines = self._posts.values()
        accounts = {f"{line.platform}:{line.account}" for line in lines if line.account}
        yield self._count("cases", "claims", tell("Claims"), {case.claim_id for case in self._cases})
        yield self._count("cases", "posts", tell("Posts and pages that spread them"), self._posts)
        yield self._count("cases", "posts_suggested", tell("Further posts, by a suggested match only"), self._doubtful)
        yield self._count("cases", "accounts", tell("Accounts that spread them"), accounts)
        yield self._count("cases", "media", tell("Pictures and videos"), self._media())
        yield self._count(
            "cases", "matches_confirmed", tell("Matches confirmed by a person"), self._matches("confirmed")
        )
        yield self._count(
            "cases", "matches_suggested", tell("Matches suggested, not judged"), self._matches("suggested")
        )
        yield self._count("cases", "verdicts", tell("Verdicts that stand"), {each.id for each in self._standing})
        publishers = {each.publisher for each in self._standing}
        yield self._count("cases", "publishers", tell("Organisations that gave them"), publishers)

    def count_ratings(self) -> Iterable[Count]:
        """Count in the one order of ratings; those that do not occur are left out."""
        for rating in (*Rating, None):
            cites = [verdict.id for verdict in self._standing if verdict.rating == rating]
            if cites:
                yield self._count("ratings", rating or "none", self._translator.rating(rating), cites)

    def count_platforms(self) -> Iterable[Count]:
        """Count posts, most first."""
        platforms: dict[str, list[str]] = {}
        for place, line in self._posts.items():
            platforms.setdefault(line.platform, []).append(place)
        for platform, places in sorted(platforms.items(), key=lambda item: (-len(item[1]), item[0])):
            yield self._count("platforms", platform, self._translator.platform(platform), places)

    def count_languages(self) -> Iterable[Count]:
        """Count posts by the language that they were read as, most first."""
        languages: dict[str, list[str]] = {}
        for place, line in self._posts.items():
            languages.setdefault(line.language, []).append(place)
        for language, places in sorted(languages.items(), key=lambda item: (-len(item[1]), item[0])):
            yield self._count("languages", language, self._translator.language_name(language), places)

    def count_days(self) -> Iterable[Count]:
        """Count cases by the days from their first appearance to the first standing verdict, where both days are known."""
        waits: dict[str, list[str]] = {name: [] for name, _ in _WAITS}
        for case in self._cases:
            days = _count_days(case)
            if days is not None:
                waits[next(name for name, most in _WAITS if days <= most)].append(case.cited_as)
        for name, cases in waits.items():
            if cases:
                yield self._count("days", name, name, cases)

    def count_named(self, group: CountGroup, list_named: Callable[[Case], tuple[Named, ...]]) -> Iterable[Count]:
        """Count cases by what each of them names, most first, at most so many; a case counts for each."""
        names: dict[str, str] = {}
        cases: dict[str, list[str]] = {}
        for case in self._cases:
            for named in list_named(case):
                names[named.id] = named.name
                cases.setdefault(named.id, []).append(case.cited_as)
        ranked = sorted(cases.items(), key=lambda item: (-len(item[1]), item[0]))
        for key, cites in ranked[:_MOST_NAMED]:
            yield self._count(group, key, names[key], cites)

    def count_uses(self, reused: Iterable[ReusedMedium]) -> Iterable[Count]:
        """Count the places of the media that were used most."""
        for medium in reused:
            seen = (use.place for use in medium.uses if use.role == "seen")
            yield self._count("uses", medium.media_id, medium.media_id, seen)

    def _media(self) -> set[str]:
        pairs = {
            entry.media_id for case in self._cases for pair in case.comparisons for entry in (pair.known, pair.use)
        }
        return pairs | {entry.media_id for case in self._cases for entry in case.media}

    def _matches(self, status: str) -> set[str]:
        return {
            pair.match_id
            for case in self._cases
            for pair in case.comparisons
            if pair.match_id is not None and pair.status == status
        }

    def _count(self, group: CountGroup, key: str, label: str, counted: Iterable[str]) -> Count:
        cites = tuple(sorted(counted))
        return Count(group=group, key=key, label=label, value=len(cites), cites=cites or (self._report_id,))


def _count_days(case: Case) -> int | None:
    """Count from first appearance to first verdict; ``None`` where a day is not known or the verdict came before it."""
    reviewed = [each.review_date for each in case.standing if each.review_date]
    first = case.first_appeared_on
    if not reviewed or first is None or len(first) < len("2023-11-14"):
        return None
    days = (min(reviewed) - date.fromisoformat(first[:10])).days
    return days if days >= 0 else None
