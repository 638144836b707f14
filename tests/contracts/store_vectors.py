"""What every store promises of vectors of texts; part of :class:`tests.contracts.store.StoreContract`."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import vectors
from index.errors import QueryError, RecordFormatError
from index.identifiers import digest_text, name_by_content
from index.model import Claim, TextVector
from index.query import MAX_LIMIT, VectorHit
from index.store import Store
from index.vectors import MAX_DIMENSIONS, Codes, write_codes
from tests.contracts.records import build_claim

ENCODER = "signs-1"
DIMENSIONS = 72


def draw_codes(seed: int, dimensions: int = DIMENSIONS) -> Codes:
    return np.random.default_rng(seed).integers(-127, 128, dimensions, dtype=np.int8)


def flip(codes: Codes, count: int) -> Codes:
    """Turn the signs of the first *count* components."""
    flipped = codes.copy()
    flipped[:count] *= -1
    return flipped


def build_vector(claim: Claim, codes: Codes | str, *, text: str = "", encoder: str = ENCODER) -> TextVector:
    """The vector of a passage of a claim, by default the first."""
    digest = digest_text(text or claim.passages()[0].text)
    name = name_by_content("TV", claim.id, encoder, digest)
    written = codes if isinstance(codes, str) else write_codes(codes)
    return TextVector(id=name, claim_id=claim.id, encoder=encoder, digest=digest, codes=written)


def keep(store: Store, *texts: tuple[Claim, Codes]) -> None:
    """Keep claims, each with the vector of its first text."""
    store.add_revisions([dataclasses.replace(claim, revision=1) for claim, _ in texts])
    store.add([build_vector(claim, codes) for claim, codes in texts])


def find(store: Store, codes: Codes, limit: int = MAX_LIMIT) -> list[str]:
    return [hit.claim_id for hit in store.find_vectors(ENCODER, codes, limit=limit)]


class VectorsContract:
    """Nominated by signs, ordered by cosine, the same on every backend; the store is the inheriting class's fixture."""

    @pytest.fixture(autouse=True)
    def nominate_few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in self.NOMINATING:
            monkeypatch.setattr(module, "NOMINATED", 10)

    NOMINATING: Sequence[Any] = (vectors,)
    """The modules that know how many are nominated."""

    def test_few_texts_are_ordered_by_the_cosine_of_their_whole_vectors(self, store: Store) -> None:
        given = [(build_claim(number, f"texte {number}"), draw_codes(number)) for number in range(9)]
        keep(store, *given)

        hits = store.find_vectors(ENCODER, draw_codes(100), limit=9)

        assert hits == rank_by_hand(given, draw_codes(100))

    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(seed=st.integers(0, 2**32), dimensions=st.sampled_from([1, 8, 63, 64, 65, 200, MAX_DIMENSIONS]))
    def test_many_texts_are_nominated_by_their_signs(self, store: Store, seed: int, dimensions: int) -> None:
        kept = store.count(Claim)
        given = [
            (build_claim(kept + number, f"texte {number}"), draw_codes(seed + number, dimensions) // 126 + 1)
            for number in range(40)
        ]
        given = [(claim, codes if codes.any() else codes + 1) for claim, codes in given]
        encoder = f"{seed}"
        store.add_revisions([dataclasses.replace(claim, revision=1) for claim, _ in given])
        store.add([build_vector(claim, codes, encoder=encoder) for claim, codes in given])
        asked = draw_codes(seed + 999, dimensions)

        if not asked.any():
            return
        assert store.find_vectors(encoder, asked, limit=5) == rank_by_hand(given, asked)[:5]

    def test_all_that_are_as_near_as_the_last_nominated_are_compared(self, store: Store) -> None:
        codes = draw_codes(1)
        alike = [(build_claim(number, "même texte"), flip(codes, 3)) for number in range(30)]
        best = build_claim(99, "le plus proche de tous")
        keep(store, *alike, (best, np.where(np.arange(DIMENSIONS) < 3, -np.sign(codes), codes).astype(np.int8)))
        keep(store, (build_claim(100, "un signe de plus"), flip(codes, 4)))

        assert find(store, codes) == ["C-2023-0099", *(f"C-2023-{number:04d}" for number in range(30))]
        assert find(store, codes, limit=2) == ["C-2023-0099", "C-2023-0000"]

    def test_passages_that_a_claim_lost_find_it_no_more_and_nominate_nothing(self, store: Store) -> None:
        codes = draw_codes(1)
        old = [build_claim(number, "ancien texte") for number in range(25)]
        keep(store, *((claim, codes) for claim in old), (build_claim(99, "loin"), flip(codes, 9)))
        for claim in old[1:]:
            store.revise(dataclasses.replace(claim, wordings=build_claim(1, "nouveau").wordings), expected_revision=1)

        assert find(store, codes) == ["C-2023-0000", "C-2023-0099"]

    def test_a_passage_that_comes_back_finds_its_claim_again(self, store: Store) -> None:
        first, second = build_claim(1, "premier"), build_claim(1, "second")
        keep(store, (first, draw_codes(1)))
        store.revise(second, expected_revision=1)
        assert find(store, draw_codes(1)) == []

        store.revise(first, expected_revision=2)

        assert find(store, draw_codes(1)) == [first.id]

    def test_a_claim_is_found_once_by_its_nearest_passage(self, store: Store) -> None:
        claim = build_claim(1, "un", ("ar", "اثنان"), ("en", "three"))
        keep(store, (claim, flip(draw_codes(1), 20)))
        store.add([build_vector(claim, draw_codes(1), text="اثنان"), build_vector(claim, draw_codes(2), text="three")])

        (hit,) = store.find_vectors(ENCODER, draw_codes(1), limit=9)

        assert hit.cosine == pytest.approx(1)

    def test_a_vector_without_its_claim_finds_nothing_until_the_claim_comes(self, store: Store) -> None:
        claim = build_claim(1, "plus tard")
        store.add([build_vector(claim, draw_codes(1))])
        assert find(store, draw_codes(1)) == []

        store.revise(claim, expected_revision=0)

        assert find(store, draw_codes(1)) == [claim.id]

    def test_vectors_of_another_encoder_or_width_are_never_compared(self, store: Store) -> None:
        claim = build_claim(1, "texte")
        keep(store, (claim, draw_codes(1)))
        store.add([build_vector(claim, draw_codes(2), encoder="other")])

        assert store.find_vectors("unknown", draw_codes(1), limit=9) == ()
        assert store.find_vectors("\ud800", draw_codes(1), limit=9) == ()
        assert find(store, draw_codes(1, DIMENSIONS + 1)) == []
        (hit,) = store.find_vectors("other", draw_codes(1), limit=9)
        assert hit.cosine < 0.9

    def test_what_was_just_added_is_found_by_its_vector(self, store: Store) -> None:
        for number in range(20):
            keep(store, (build_claim(number, f"texte {number}"), draw_codes(number)))
            assert find(store, draw_codes(number), limit=1) == [f"C-2023-{number:04d}"]

    @pytest.mark.parametrize("codes", ["", "AAAA", "no base64", "AQ", "AQ==\n", "AQAA" * 400])
    def test_what_is_no_vector_is_not_kept(self, store: Store, codes: str) -> None:
        with pytest.raises(RecordFormatError, match="vector"):
            store.add([build_vector(build_claim(1, "texte"), codes)])

        assert store.count(TextVector) == 0

    @pytest.mark.parametrize(
        "codes", [np.zeros(8, np.int8), np.zeros(0, np.int8), np.ones(8), np.ones((2, 8), np.int8)]
    )
    def test_what_is_no_vector_cannot_be_looked_for(self, store: Store, codes: Any) -> None:
        with pytest.raises(QueryError, match="vector"):
            store.find_vectors(ENCODER, codes, limit=9)

    @pytest.mark.parametrize("limit", [0, MAX_LIMIT + 1])
    def test_no_limit_of_vectors_but_one_that_can_be_asked_for(self, store: Store, limit: int) -> None:
        with pytest.raises(QueryError, match="limit"):
            store.find_vectors(ENCODER, draw_codes(1), limit=limit)


def rank_by_hand(given: Iterable[tuple[Claim, Codes]], asked: Codes) -> tuple[VectorHit, ...]:
    """Nominate the ten nearest by their signs, with what ties, and order them by exact cosine."""
    distances = {claim.id: int(((codes > 0) != (asked > 0)).sum()) for claim, codes in given}
    bound = sorted(distances.values())[: vectors.NOMINATED][-1]
    one = [int(code) for code in asked]
    hits = []
    for claim, codes in given:
        other = [int(code) for code in codes]
        product = sum(a * b for a, b in zip(one, other, strict=True))
        cosine = product / (np.sqrt(float(sum(b * b for b in other))) * np.sqrt(float(sum(a * a for a in one))))
        if distances[claim.id] <= bound:
            hits.append(VectorHit(claim_id=claim.id, cosine=float(cosine)))
    return tuple(sorted(hits, key=lambda hit: (-hit.cosine, hit.claim_id)))
