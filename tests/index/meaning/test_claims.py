"""Vectors of claims: one for each language, made once, and compared by what a claim says now."""

import dataclasses

import pytest

from index.meaning.claims import build_vectors, compare, name_vectors
from index.vectors import quantise
from tests.contracts.records import build_claim
from tests.encoders import IdeasEncoder


def test_what_a_claim_says_in_each_language_has_a_vector_and_is_encoded_once() -> None:
    encoder = IdeasEncoder()
    first = build_claim(1, "un tunnel", ("ar", "أنفاق"), "un souterrain", title="à Kidal")
    claims = [first, build_claim(2, ("ar", "أنفاق"), ("fr", " "), title="أنفاق")]

    vectors = build_vectors(name_vectors(claims, encoder), encoder)

    assert sorted(encoder.encoded) == ["un tunnel\nun souterrain\nà Kidal", "أنفاق"]
    assert [vector.claim_id for vector in vectors] == ["C-2023-0001", "C-2023-0001", "C-2023-0002"]
    assert len({vector.id for vector in vectors}) == 3
    assert {vector.encoder for vector in vectors} == {"ideas-1"}


def test_the_same_claim_gives_the_same_records() -> None:
    claim = build_claim(1, "un tunnel", title="à Kidal")

    first, second = (build_vectors(name_vectors([claim], IdeasEncoder()), IdeasEncoder()) for _ in range(2))

    assert first == second


def test_a_claim_is_as_near_as_the_nearest_of_the_passages_that_it_has_now() -> None:
    encoder = IdeasEncoder()
    claim, other = build_claim(1, "l'armée avance", ("en", "tunnel")), build_claim(2, "un vaccin")
    vectors = build_vectors(name_vectors([claim, other], encoder), encoder)
    (asked,) = quantise(encoder.encode(["underground"]))

    near = compare(asked, [claim, other], vectors)
    later = compare(asked, [dataclasses.replace(claim, wordings=claim.wordings[:1])], vectors)

    assert near[claim.id] == pytest.approx(1)
    assert near[other.id] < 0.8
    assert later[claim.id] < 0.8
    assert other.id not in later


def test_a_claim_without_vectors_has_no_cosine() -> None:
    (asked,) = quantise(IdeasEncoder().encode(["un tunnel"]))

    assert compare(asked, [build_claim(1, "un tunnel")], []) == {}
