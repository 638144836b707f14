"""What every store promises of erasing; part of :class:`tests.contracts.store.StoreContract`."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from index.codec import encode
from index.erasing import build_stub, find_guard
from index.errors import RecordErasedError, RecordNotFoundError
from index.model import (
    BankEntry,
    Claim,
    Erasure,
    Post,
    Record,
    Report,
    TextVector,
    Verdict,
)
from index.query import ClaimQuery, PostQuery, TextQuery
from index.ratings import Rating
from index.store import Store, iter_log
from tests.contracts.records import (
    NOON,
    build_claim,
    build_code,
    build_entry,
    build_post,
    build_sample,
    build_verdict,
    build_words_entry,
)
from tests.contracts.store_search import find
from tests.contracts.store_vectors import build_vector, draw_codes

ERASURE = Erasure(by="awa", at=NOON, reason="safety of a source", asked_by="the source")


def stub_all(records: Sequence[Record]) -> list[Record]:
    return [build_stub(record, ERASURE) for record in records]


class ErasingContract:
    """A stub stays, what was erased is found by nothing and does not come back; the store is the inheriting class's fixture."""

    def test_of_what_was_erased_a_stub_stays_in_each_revision_and_nothing_finds_it(self, store: Store) -> None:
        claim = store.revise(build_claim(1, "Tunnels secrets"), expected_revision=0)
        claim = store.revise(replace(claim, title="Cavernes"), expected_revision=1)
        other = store.revise(build_claim(2, "Tunnels connus"), expected_revision=0)
        for number, one in enumerate((claim, other), 1):
            store.revise(build_verdict(number, one.id, "Desk", Rating.FALSE), expected_revision=0)
        posts = [build_post(1, "grotte secrète"), build_post(2, "grotte connue")]
        entries = [build_entry(1, build_code(5)), build_entry(2, build_code(5))]
        words = [build_words_entry(1, "0a1b"), build_words_entry(2, "0a1b")]
        vectors = [build_vector(claim, draw_codes(1)), build_vector(other, draw_codes(1))]
        store.add([*posts, *entries, *words, *vectors])
        assert store.count_holders(["fr:cavern"])
        gone = [posts[0], entries[0], words[0], vectors[0], *store.get_history(Claim, claim.id)]
        stubs = stub_all([*gone, *store.get_history(Verdict, "V-2023-0001")])

        store.erase(stubs, [b"erased", b"and noted"])

        assert store.get_history(Claim, claim.id) == tuple(stub for stub in stubs if isinstance(stub, Claim))
        assert store.get(Post, posts[0].id).erased == ERASURE
        assert {kind: store.count(kind) for kind in (Claim, Post, BankEntry, TextVector)} == {
            Claim: 2, Post: 2, BankEntry: 4, TextVector: 2,
        }  # fmt: skip
        assert (find(store, "secrets"), find(store, "tunnels"), find(store, "cavernes")) == ([], [other.id], [])
        assert [hit.claim.id for hit in store.find_claims(ClaimQuery()).hits] == [other.id]
        assert [hit.claim.id for hit in store.find_claims(ClaimQuery(ratings=(Rating.FALSE,))).hits] == [other.id]
        assert store.count_claims(ClaimQuery()).total == 1
        assert [hit.post.id for hit in store.find_posts(PostQuery(text=TextQuery(words="grotte"))).hits] == [
            posts[1].id
        ]
        assert store.find_near_terms(["fr:cavern"], edits=1) == {}
        found = store.find_fingerprints("pdq", [build_code(5)], radius_bits=0, bank="known")
        assert [hit.entry_id for hit in found] == [entries[1].id]
        assert [hit.entry_id for hit in store.find_features(["0a1b"], limit=9, bank="known")] == [words[1].id]
        assert [hit.claim_id for hit in store.find_vectors("signs-1", draw_codes(1), limit=9)] == [other.id]
        assert (store.find_linked(Verdict, "claim", [claim.id]), store.find_linked(Post, "native_id", ["x:1"])) == (
            (),
            (),
        )
        assert store.count_by(Verdict, "rating") == {"false": 1}
        assert [stub.id for stub in store.find_linked(Post, "native_id", [find_guard(posts[0])])] == [posts[0].id]
        assert store.read_log(0, 9) == (b"erased", b"and noted")

    def test_what_was_erased_does_not_come_back(self, store: Store) -> None:
        post, claim = build_post(1, "grotte"), store.revise(build_claim(1, "Tunnels"), expected_revision=0)
        store.add([post])
        stubs = stub_all([post, claim])
        store.erase(stubs, [])

        assert store.add([post, build_post(2, "autre")]) == {"P-0002"}
        assert store.add_revisions([claim]) == 0
        with pytest.raises(RecordErasedError, match="awa"):
            store.revise(replace(claim, title="wieder"), expected_revision=1)
        with pytest.raises(RecordErasedError):
            store.add_revisions([replace(claim, revision=2)])

        assert [store.get(Post, post.id), store.get(Claim, claim.id)] == stubs
        store.erase(stubs, [])
        assert [store.get(Post, post.id), store.get(Claim, claim.id)] == stubs

    def test_stubs_are_brought_into_another_store_as_they_are(self, store: Store) -> None:
        claim = replace(build_claim(1, "Tunnels"), revision=1)
        stubs = stub_all([build_post(1, "grotte"), claim, replace(claim, revision=2)])

        assert (len(store.add(stubs[:1])), store.add_revisions([s for s in stubs if isinstance(s, Claim)])) == (1, 2)

        assert [store.get(Post, "P-0001"), *store.get_history(Claim, claim.id)] == stubs
        assert store.find_claims(ClaimQuery()).total == store.find_posts(PostQuery()).total == 0

    def test_what_is_not_there_is_not_erased_nor_what_is_asked_for_with_it(self, store: Store) -> None:
        post, claim = build_post(1, "grotte"), store.revise(build_claim(1, "Tunnels"), expected_revision=0)
        store.add([post])

        for missing in (build_post(2, "autre"), replace(claim, revision=2)):
            with pytest.raises(RecordNotFoundError):
                store.erase(stub_all([post, missing]), [b"entry"])
        with pytest.raises(TypeError, match="stub"):
            store.erase([post], [b"entry"])

        assert (store.get(Post, post.id), list(iter_log(store))) == (post, [])

    def test_a_redacted_edition_takes_the_place_of_one_revision_and_the_next_one_follows(self, store: Store) -> None:
        first = store.revise(build_sample(Report), expected_revision=0)
        second = store.revise(replace(first, html_sha256="old"), expected_revision=1)
        edition = replace(second, html_sha256="new", erased=ERASURE)

        store.erase([edition], [b"redacted"])
        third = store.revise(replace(second, html_sha256="next"), expected_revision=2)

        assert store.get_history(Report, first.id) == (first, edition, third)
        assert store.find_linked(Report, "country", [first.country]) == (third,)
        assert encode(edition) != encode(second)
