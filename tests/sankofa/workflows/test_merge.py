"""Joining and merging: nothing is lost, no verdict changes, and both can be undone."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import RecordNotFoundError
from index.merged import find_merged, resolve
from index.model import Claim, ClaimMatch, ClaimMedia, MediaItem, Narrative, Verdict, Wording
from index.query import ClaimQuery
from sankofa.desk import Desk
from sankofa.errors import InputError, PersonRequiredError
from sankofa.workflows.browse import read_claim
from sankofa.workflows.claims import find_claims_of_media
from sankofa.workflows.judge import add_claim, add_person
from sankofa.workflows.merge import create_narrative, join, leave, merge, unmerge
from sankofa.workflows.search import search_claims
from tests.sankofa.desks import NOW, keep_verdict, open_test_desk
from tests.sankofa.said import build_claim

KEPT, OTHER = "Des tunnels ont été découverts à Kidal", "Une galerie souterraine sous la ville"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa", name="Awa Diarra", organisation="Desk")
    return desk


@pytest.fixture
def pair(desk: Desk) -> tuple[str, str]:
    """Two claims that say the same, each with a verdict."""
    ids = [add_claim(desk, build_claim("", text)).id for text in (KEPT, OTHER)]
    for claim_id, publisher in zip(ids, ("One", "Two"), strict=True):
        keep_verdict(desk, claim_id, publisher=publisher)
    return ids[0], ids[1]


def test_a_merged_claim_keeps_its_words_its_verdict_and_its_history(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    verdicts = list(desk.store.iter_records(Verdict))
    before = desk.store.get(Claim, other)

    merged = merge(desk, kept, other, reason="the same")

    assert merged.merged_into == kept
    assert (merged.revised_by, merged.revised_at, merged.reason) == ("awa", NOW, "the same")
    assert desk.store.get(Claim, other, revision=1) == before
    assert desk.store.get(Claim, kept).revision == 1
    assert list(desk.store.iter_records(Verdict)) == verdicts


def test_both_verdicts_stand_beside_the_claim_that_stays(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    merge(desk, kept, other)

    view = read_claim(desk, kept)

    assert {verdict.publisher for verdict in view.verdicts} == {"One", "Two"}
    assert [claim.id for claim in view.merged] == [other]
    alone = read_claim(desk, other)
    assert alone.read_as is not None
    assert (alone.read_as.id, [verdict.publisher for verdict in alone.verdicts]) == (kept, ["Two"])


def test_a_search_for_the_merged_words_shows_the_claim_that_stays_once(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    merge(desk, kept, other)

    found = search_claims(desk, OTHER, ClaimQuery()).results
    everything = search_claims(desk, "", ClaimQuery()).results

    assert [result.found.claim.id for result in found] == [kept]
    assert found[0].found.merged[0].id == other
    assert [result.found.claim.id for result in everything] == [kept]


def test_media_of_the_merged_claim_lead_to_the_one_that_stays(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    desk.store.add([MediaItem(id="M-1", sha256="0" * 64, media_type="image/png", kind="image", size_bytes=1)])
    claim = desk.store.get(Claim, other)
    desk.store.revise(replace(claim, media=(ClaimMedia("M-1", "shown"),)), expected_revision=1)
    merge(desk, kept, other)

    assert [found.claim.id for found in find_claims_of_media(desk, ["M-1"])] == [kept]
    assert [medium.media_id for medium, _ in read_claim(desk, kept).media] == ["M-1"]


def test_a_merge_is_undone(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    merge(desk, kept, other)

    undone = unmerge(desk, other)

    assert (undone.merged_into, undone.revision) == (None, 3)
    assert read_claim(desk, kept).merged == ()
    assert {result.found.claim.id for result in search_claims(desk, "", ClaimQuery()).results} == {kept, other}
    with pytest.raises(InputError, match="not merged"):
        unmerge(desk, other)


def test_merging_twice_adds_no_revision(desk: Desk, pair: tuple[str, str]) -> None:
    merge(desk, *pair)

    assert merge(desk, *pair).revision == 2


def test_chains_lead_to_their_end_and_no_circle_is_made(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    third = add_claim(desk, build_claim("", "Un souterrain")).id
    merge(desk, other, third)
    merge(desk, kept, other)

    assert resolve(desk.store, [desk.store.get(Claim, third)])[third].id == kept
    assert [claim.id for claim in find_merged(desk.store, [kept])[kept]] == [other, third]
    with pytest.raises(InputError, match="other way round"):
        merge(desk, third, kept)
    with pytest.raises(InputError, match=rf"{other} is merged into {kept}"):
        merge(desk, add_claim(desk, build_claim("", "Encore un")).id, other)
    with pytest.raises(InputError):
        merge(desk, kept, kept)


def test_what_is_merged_into_a_merged_claim_goes_to_the_one_that_stays(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    merge(desk, kept, other)

    assert merge(desk, other, add_claim(desk, build_claim("", "Un souterrain")).id).merged_into == kept


def test_a_circle_that_two_desks_closed_at_once_ends(desk: Desk, pair: tuple[str, str]) -> None:
    kept, other = pair
    merge(desk, kept, other)
    claim = desk.store.get(Claim, kept)
    desk.store.revise(replace(claim, merged_into=other), expected_revision=claim.revision)

    assert resolve(desk.store, [claim])[kept].id in pair
    assert [found.id for found in find_merged(desk.store, [kept])[kept]] == [other]


def test_merging_and_joining_need_a_person(desk: Desk, pair: tuple[str, str]) -> None:
    nobody = replace(desk, person_id="")
    with pytest.raises(PersonRequiredError):
        merge(nobody, *pair)
    with pytest.raises(PersonRequiredError):
        create_narrative(nobody, [Wording("fr", "Les tunnels")])


def test_claims_are_joined_under_a_narrative_and_leave_it(desk: Desk, pair: tuple[str, str]) -> None:
    told = create_narrative(desk, [Wording("fr", "Les tunnels"), Wording("ar", "الأنفاق")])
    for claim_id in pair:
        join(desk, claim_id, told.id)

    assert told.id == "N-2023-0001"
    assert [claim.id for claim in desk.store.find_linked(Claim, "narrative", [told.id])] == list(pair)
    assert join(desk, pair[0], told.id).revision == 2
    assert leave(desk, pair[0], told.id).narrative_ids == ()
    assert [narrative.id for narrative in read_claim(desk, pair[1]).narratives] == [told.id]
    assert read_claim(desk, pair[1]).told_with == ()
    join(desk, pair[0], told.id)
    assert [other.claim.id for other in read_claim(desk, pair[1]).told_with] == [pair[0]]


def test_an_unknown_narrative_and_one_without_a_name_are_told(desk: Desk, pair: tuple[str, str]) -> None:
    with pytest.raises(RecordNotFoundError):
        join(desk, pair[0], "N-NONE")
    with pytest.raises(InputError):
        create_narrative(desk, [])
    assert desk.store.count(Narrative) == desk.store.count(ClaimMatch) == 0
