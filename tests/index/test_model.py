"""The vocabulary: frozen, named, and found again by what it says."""

import dataclasses

import pytest

from index.model import (
    KINDS,
    RECORDS,
    REVISED,
    Claim,
    ClaimMedia,
    Event,
    Post,
    Record,
    Revised,
    Verdict,
    Wording,
)
from tests.contracts.records import build_claim, build_post, build_sample


def every_subclass(kind: type[Record]) -> set[type[Record]]:
    return {kind}.union(*(every_subclass(child) for child in kind.__subclasses__()))


def test_every_record_is_listed_under_a_name_of_its_own() -> None:
    assert every_subclass(Record) - {Record, Revised} == {*RECORDS, *REVISED}
    assert len(KINDS) == len(RECORDS) + len(REVISED)
    assert [name for name, kind in KINDS.items() if not name or name != kind.KIND] == []


def test_what_has_a_history_is_told_apart() -> None:
    assert {kind for kind in KINDS.values() if issubclass(kind, Revised)} == set(REVISED)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_record_cannot_be_changed_and_is_equal_to_its_like(kind: type[Record]) -> None:
    sample = build_sample(kind)

    for field in dataclasses.fields(sample):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(sample, field.name, None)
    assert sample == build_sample(kind)
    assert hash(sample) == hash(build_sample(kind))
    assert sample != build_sample(kind, 2)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_links_are_texts_and_none_is_empty_or_twice(kind: type[Record]) -> None:
    for name, values in build_sample(kind).links().items():
        assert isinstance(values, tuple), name
        assert values, name
        assert {type(value) for value in values} == {str}, name
        assert "" not in values, name
        assert len(set(values)) == len(values), name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_not_known_is_no_link(kind: type[Record]) -> None:
    sample = build_sample(kind)
    fields = {
        field.name: field.default for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING
    }
    bare = dataclasses.replace(sample, **fields)

    for values in bare.links().values():
        assert "None" not in values
        assert None not in values
    assert bare.links().keys() == sample.links().keys()


def test_a_post_is_linked_by_its_platform_and_number_together() -> None:
    assert build_post(7, "text", platform="telegram").links()["native_id"] == ("telegram:7",)


def test_a_medium_that_is_shown_and_the_original_is_one_link() -> None:
    media = (ClaimMedia("M-1", "shown"), ClaimMedia("M-1", "original"), ClaimMedia("M-2", "original"))

    assert build_claim(1, "text", media=media).links()["media"] == ("M-1", "M-2")


def test_a_verdict_is_linked_to_each_medium_that_it_speaks_of_once() -> None:
    verdict = build_sample(Verdict)
    (review, *_) = verdict.media_reviews
    nameless = dataclasses.replace(review, media_id=None)

    links = dataclasses.replace(verdict, media_reviews=(review, nameless, review)).links()

    assert links["media"] == (review.media_id,)


def test_only_events_of_the_demonstration_are_linked_as_such() -> None:
    event = build_sample(Event)

    assert dataclasses.replace(event, demo=True).links()["demo"] == ("yes",)
    assert dataclasses.replace(event, demo=False).links()["demo"] == ()


def test_a_claim_is_its_first_wording() -> None:
    claim = build_claim(1, ("ar", "أنفاق"), ("fr", "tunnels"))

    assert (claim.text, claim.language) == ("أنفاق", "ar")


def test_texts_to_search_are_all_wordings_and_the_title_in_the_first_language() -> None:
    claim = build_claim(1, ("ar", "أنفاق"), ("fr", "tunnels"), title="كيدال")

    assert claim.texts() == (Wording("ar", "أنفاق"), Wording("fr", "tunnels"), Wording("ar", "كيدال"))
    assert build_claim(1, "tunnels").texts() == (Wording("fr", "tunnels"),)
    assert build_post(1, "text", title="title").texts() == (Wording("fr", "title"), Wording("fr", "text"))
    assert build_post(1, "").texts() == ()


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind not in (Claim, Post)])
def test_nothing_else_is_searched_by_its_texts(kind: type[Record]) -> None:
    assert build_sample(kind).texts() == ()


def test_a_new_record_with_a_history_was_not_stored_yet() -> None:
    claim = build_claim(1, "text")

    assert (claim.revision, claim.revised_at, claim.revised_by, claim.reason) == (0, None, None, "")
