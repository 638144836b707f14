"""What became of verdicts that earlier reports cite: corrected, withdrawn or suppressed. It stands beside them, never inside."""

from collections.abc import Collection, Iterator
from datetime import datetime

from index.model import Report, Verdict
from index.releases import list_releases
from index.store import Store
from reports.bidi import isolate
from reports.citations import Statement, cite_revision
from reports.content import CitedChange
from reports.i18n import Translator


def find_corrections(
    store: Store, cites: Collection[str], translator: Translator, *, since: datetime | None = None
) -> tuple[CitedChange, ...]:
    """Find what changed of the verdicts that are cited (``V-2023-0007.2``) after those revisions, and after *since*.

    Ordered by verdict. A revision counts from when it was entered here.
    """
    cited = dict(sorted(_split(cite) for cite in cites))
    found = {name: one for name, one in store.get_many(Verdict, cited).items() if not one.is_stub}
    changes = (_find_change(store, found[verdict_id], cited[verdict_id]) for verdict_id in cited if verdict_id in found)
    return tuple(
        _describe(before, after, translator)
        for before, after in filter(None, changes)
        if since is None or (after.revised_at is not None and after.revised_at > since)
    )


def find_since_last(
    store: Store, report: str, country: str, month: str, translator: Translator
) -> tuple[CitedChange, ...]:
    """Find what changed of all that the country's reports cite since the last one of an earlier month was frozen.

    Nothing where there is no earlier report in this language.
    """
    reports = [each for each in store.find_linked(Report, "country", [country]) if each.id != report]
    last = max(
        (each.built_at for each in reports if each.month < month and each.language == translator.language), default=None
    )
    if last is None:
        return ()
    cites = {cite for each in reports if each.built_at <= last for cite in each.cites}
    return find_corrections(store, cites, translator, since=last)


def _split(cite: str) -> tuple[str, int]:
    verdict_id, _, revision = cite.rpartition(".")
    return verdict_id, int(revision)


def _find_change(store: Store, newest: Verdict, revision: int) -> tuple[Verdict, Verdict] | None:
    if newest.revision == revision:
        return None
    releases = list_releases(store.get_history(Verdict, newest.id))
    before = next((each for each in releases if each.revision == revision), None)
    return (before, releases[-1]) if before and releases[-1].revision > revision else None


def _describe(before: Verdict, after: Verdict, translator: Translator) -> CitedChange:
    return CitedChange(
        verdict_id=after.id,
        was=cite_revision(before),
        now=cite_revision(after),
        status=after.status,
        on=after.revised_at,
        reason=after.reason,
        statement=Statement(" ".join(_say(before, after, translator)), (cite_revision(before), cite_revision(after))),
    )


def _say(before: Verdict, after: Verdict, translator: Translator) -> Iterator[str]:
    tell, publisher = translator.gettext, isolate(after.publisher)
    was, now = translator.rating(before.rating), translator.rating(after.rating)
    if after.status == "suppressed":
        yield tell("This verdict of %(publisher)s is no longer shown.", publisher=publisher)
    elif not after.stands:
        state = translator.status(after.status)
        yield tell("%(publisher)s: %(was)s; now: %(state)s.", publisher=publisher, was=was, state=state)
    elif was != now:
        yield tell("%(publisher)s: %(was)s; now %(rating)s.", publisher=publisher, was=was, rating=now)
    else:
        yield tell("%(publisher)s: still %(rating)s, in other words.", publisher=publisher, rating=now)
    if after.reason:
        yield tell("Reason: %(reason)s", reason=isolate(after.reason))
    if after.revised_at:
        yield tell("Date: %(date)s.", date=translator.date(after.revised_at.isoformat()))
