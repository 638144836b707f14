from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from index.model import Event, Wording
from sankofa.workflows.follow import keep_event, plan_errands
from tests.sankofa.desks import ClosedWorld, open_test_desk

EVENT = Event(
    id="flood-2024",
    names=(Wording("fr", "Crue"),),
    countries=("TD",),
    starts_on=date(2024, 8, 1),
    ends_on=date(2024, 8, 31),
    words=("crue", "inondation"),
    accounts=("@compte",),
    languages=("fr", "ar"),
    sources=("site-a", "site-b"),
)


@dataclass
class OneEvent(ClosedWorld):
    """A world in which one event is followed."""

    def find_event(self, name: str) -> Event | None:
        return EVENT if name == EVENT.id else None

    def iter_names(self) -> Iterator[str]:
        yield EVENT.id


def test_an_event_is_read_from_all_of_its_sources_with_all_that_it_names(tmp_path: Path) -> None:
    desk = replace(open_test_desk(tmp_path), outside=OneEvent())

    errands = list(plan_errands(desk, EVENT.id, limit=5))

    assert [errand.source for errand in errands] == ["site-a", "site-b"]
    request = errands[0].request
    assert (request.words, request.accounts, request.languages) == (EVENT.words, EVENT.accounts, EVENT.languages)
    assert (request.country, request.limit) == ("TD", 5)
    assert request.since == datetime(2024, 8, 1, tzinfo=UTC)
    assert request.until == datetime(2024, 8, 31, 23, 59, 59, 999999, UTC)


def test_a_period_that_was_typed_takes_the_place_of_the_events_own(tmp_path: Path) -> None:
    desk = replace(open_test_desk(tmp_path), outside=OneEvent())
    since = datetime(2024, 8, 20, tzinfo=UTC)

    (first, *_) = plan_errands(desk, EVENT.id, since=since)

    assert first.request.since == since
    assert first.request.until == datetime(2024, 8, 31, 23, 59, 59, 999999, UTC)


def test_every_other_name_is_a_source_by_itself(tmp_path: Path) -> None:
    (errand,) = plan_errands(open_test_desk(tmp_path), "posts.csv")

    assert (errand.source, errand.event, errand.request.words) == ("posts.csv", None, ())


def test_an_event_is_kept_once_and_again_only_when_it_changed(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)

    assert keep_event(desk, EVENT).revision == 1
    assert keep_event(desk, EVENT).revision == 1
    assert keep_event(desk, replace(EVENT, words=("crue",))).revision == 2
