"""Candidates by words and by meaning, each with both scores; and the vectors that this needs."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from index.matching import Asked, judge
from index.model import Claim, TextVector
from index.query import ClaimQuery, TextQuery
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.exchange import import_records, iter_records
from sankofa.workflows.ingest import collect
from sankofa.workflows.judge import add_claim, add_person
from sankofa.workflows.meaning import gather_candidates, keep_all_vectors, keep_vectors
from tests.contracts.records import build_claim
from tests.encoders import IdeasEncoder
from tests.sankofa.desks import ListSource, collected, open_test_desk
from tests.sankofa.said import CLAIM, POST, keep
from tests.sankofa.said import build_claim as build_said
from tests.sankofa.workflows.test_ingest import REQUEST

CLAIMS = (
    build_claim(1, "Des tunnels ont été découverts à Kidal"),
    build_claim(2, ("ar", "أنفاق في المدينة")),
    build_claim(3, "Le marché de Gao a brûlé hier"),
    build_claim(4, "Les vaccins rendent stérile"),
    build_claim(5, ("en", "Kidal airport was closed")),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = dataclasses.replace(open_test_desk(tmp_path), encoder=IdeasEncoder())
    for claim in CLAIMS:
        desk.store.revise(claim, expected_revision=0)
    return desk


def test_what_is_found_by_meaning_alone_stands_beside_what_is_found_by_words(desk: Desk) -> None:
    assert keep_all_vectors(desk) == 5

    (candidates,), claims = gather_candidates(desk, [Asked(text="tunnels à Kidal")], limit=2)

    found = {candidate.claim.id[-1]: candidate for candidate in candidates}
    assert set(found) == {"1", "2", "5"}
    assert claims == 5
    assert found["2"].lexical == 0
    assert found["2"].matched_terms == ()
    assert found["2"].cosine == max(candidate.cosine or 0 for candidate in candidates if candidate is not found["1"])
    assert all(candidate.cosine is not None for candidate in candidates)


def test_each_has_the_score_by_words_that_the_search_gives_whichever_way_it_came(desk: Desk) -> None:
    keep_all_vectors(desk)
    text = "tunnels, marché et vaccins à Kidal"
    scores = {hit.claim.id: hit.score for hit in desk.store.find_claims(ClaimQuery(text=TextQuery(words=text))).hits}

    for limit in (1, 2, 5):
        (candidates,), _ = gather_candidates(desk, [Asked(text=text)], limit=limit)
        assert {one.claim.id: one.lexical for one in candidates} == {
            one.claim.id: scores.get(one.claim.id, 0.0) for one in candidates
        }
        assert len({one.claim.id for one in candidates}) == len(candidates) >= limit


def test_words_read_in_a_picture_are_compared_by_themselves(desk: Desk) -> None:
    keep_all_vectors(desk)

    (alone,), _ = gather_candidates(desk, [Asked(text="أنفاق")], limit=1)
    (beside,), _ = gather_candidates(desk, [Asked(text="incroyable regardez", picture_text="أنفاق")], limit=1)

    assert {one.claim.id: one.cosine for one in alone}["C-2023-0002"] == pytest.approx(
        {one.claim.id: one.cosine for one in beside}["C-2023-0002"]
    )


def test_claims_whose_media_are_shown_are_candidates_with_both_scores(desk: Desk) -> None:
    keep_all_vectors(desk)

    (candidates,), _ = gather_candidates(desk, [Asked(text="tunnels", shared_media={"C-2023-0003": 2})], limit=1)

    (shown,) = [one for one in candidates if one.shared_media]
    assert (shown.claim.id, shown.shared_media, shown.lexical) == ("C-2023-0003", 2, 0)
    assert shown.cosine is not None


def test_without_an_encoder_words_alone_bring_candidates(desk: Desk) -> None:
    desk = dataclasses.replace(desk, encoder=None)

    (candidates,), _ = gather_candidates(desk, [Asked(text="tunnels à Kidal")])

    assert {one.claim.id for one in candidates} == {"C-2023-0001", "C-2023-0005"}
    assert {one.cosine for one in candidates} == {None}
    assert keep_vectors(desk, CLAIMS) == 0
    with pytest.raises(InputError, match="no encoder"):
        keep_all_vectors(desk)


@pytest.mark.parametrize("text", ["", "   ", "!!!", "\ud800", "(" * 3_000, "x" * 1_000_000])
def test_whatever_is_asked_is_answered(desk: Desk, text: str) -> None:
    keep_all_vectors(desk)

    (candidates,), claims = gather_candidates(desk, [Asked(text=text, published_on=date(2023, 11, 14))])

    assert len(judge(Asked(text=text), candidates, passages=claims)) == len(candidates)


def test_a_claim_that_was_revised_is_found_by_what_it_says_now(desk: Desk) -> None:
    keep_all_vectors(desk)
    changed = dataclasses.replace(CLAIMS[2], wordings=build_claim(3, "L'armée a quitté Gao").wordings)
    desk.store.revise(changed, expected_revision=1)
    encoded = desk.encoder.encoded if isinstance(desk.encoder, IdeasEncoder) else []
    before = len(encoded)

    assert keep_vectors(desk, [desk.store.get(Claim, changed.id)]) == 1
    assert encoded[before:] == ["L'armée a quitté Gao"]
    (best, *_) = sorted(
        gather_candidates(desk, [Asked(text="soldats")], limit=3)[0][0], key=lambda one: one.cosine or -1, reverse=True
    )
    assert best.claim.id == changed.id


def test_what_is_there_is_not_encoded_again_and_a_run_that_was_cut_goes_on(desk: Desk) -> None:
    keep_vectors(desk, CLAIMS[:2])
    encoded = desk.encoder.encoded if isinstance(desk.encoder, IdeasEncoder) else []
    seen: list[int] = []

    assert keep_all_vectors(desk, seen.append) == 3
    assert keep_all_vectors(desk) == 0
    assert seen == [5]
    assert len(encoded) == len(set(encoded)) == 5
    assert desk.store.count_by(TextVector, "encoder") == {"ideas-1": 5}


def test_a_claim_that_a_person_adds_is_encoded_at_once(desk: Desk) -> None:
    desk = dataclasses.replace(desk, person_id="awa")
    add_person(desk, "awa")

    claim = add_claim(desk, dataclasses.replace(build_claim(9, "Un souterrain sous la mosquée"), id=""))

    assert [vector.claim_id for vector in desk.store.find_linked(TextVector, "claim", [claim.id])] == [claim.id]


def test_claims_of_another_desk_are_encoded_and_suggested_to_posts_here(desk: Desk, tmp_path: Path) -> None:
    other = open_test_desk(tmp_path / "other")
    collect(desk, ListSource([collected("p1", text=POST)]), REQUEST)
    claim = keep(other, build_said("C-2023-0099", CLAIM))
    file = tmp_path / "claims.jsonl"
    file.write_text("".join(f"{line}\n" for line in iter_records(other, [Claim.KIND])), "utf-8")

    assert import_records(desk, file, dry_run=True).claim_matches == 0
    assert not desk.store.find_linked(TextVector, "claim", [claim.id])
    assert import_records(desk, file).claim_matches == 1
    assert import_records(desk, file).claim_matches == 0
    assert desk.store.find_linked(TextVector, "claim", [claim.id])
