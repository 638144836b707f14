"""How well a text answers: the formula, phrases, exclusions, order and pages, on a small text index of its own."""

import base64
import json
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.documents import Document, Filters, build_document
from index.errors import QueryError
from index.query import MAX_QUERY_CHARACTERS, ClaimQuery, TextQuery, parse_query
from index.ranking import K1, B, Entry, Posting, find_holders, score_terms, search
from tests.contracts.records import build_claim

WORDS = ["tunnel", "kidal", "camp", "gao", "mali", "video", "or", "soldat"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), max_size=8)


at_any_pace = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Shelf:
    """Claims in a list: the text index in as few words as it can be said."""

    def __init__(self, *texts: str | tuple[tuple[str, str], ...], **fields: Any) -> None:
        self.documents: list[Document] = []
        for number, text in enumerate(texts, start=1):
            wordings = (("und", text),) if isinstance(text, str) else text
            document = build_document(build_claim(number, *wordings, **fields))
            assert document is not None
            self.documents.append(document)

    def measure(self) -> tuple[int, int]:
        lengths = [passage.length for document in self.documents for passage in document.passages]
        return len(lengths), sum(lengths)

    def get_languages(self) -> Collection[str]:
        return {passage.language for document in self.documents for passage in document.passages}

    def get_postings(self, term: str) -> Sequence[Posting]:
        return [
            Posting(document.id, passage.language, passage.terms.count(term), passage.length)
            for document in self.documents
            for passage in document.passages
            if term in passage.terms
        ]

    def get_passages(self, record_ids: Collection[str], language: str) -> Mapping[str, Sequence[str]]:
        return {
            document.id: passage.terms
            for document in self.documents
            for passage in document.passages
            if document.id in record_ids and passage.language == language
        }

    def get_entries(self, filters: Filters, record_ids: Collection[str] | None) -> Sequence[Entry]:
        held = [document for document in self.documents if record_ids is None or document.id in record_ids]
        return [Entry(document.id, document.newest) for document in held if filters.let_pass(document)]


def find(shelf: Shelf, text: str, **filters: Any) -> list[int]:
    ranking = search(shelf, ClaimQuery(text=parse_query(text), **filters))
    return [int(hit.record_id[-4:]) for hit in ranking.hits]


# --- the score -------------------------------------------------------------------------------------------------------


def test_the_score_is_that_of_the_formula() -> None:
    shelf = Shelf("camp camp sable", "camp route soldat video matin", "route")

    scored = score_terms(shelf, ["camp"])["C-2023-0001"]

    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / (9 / 3)))
    assert scored.score == pytest.approx(expected)
    assert scored.matched_terms == ("camp",)


def test_the_scores_of_several_terms_add_up() -> None:
    shelf = Shelf("camp gao", "camp", "gao mali")
    both = score_terms(shelf, ["camp", "gao"])

    single = [score_terms(shelf, [term])["C-2023-0001"].score for term in ("camp", "gao")]
    assert both["C-2023-0001"].score == pytest.approx(sum(single))
    assert both["C-2023-0001"].matched_terms == ("camp", "gao")
    assert both.keys() == {"C-2023-0001", "C-2023-0002", "C-2023-0003"}


def test_a_record_scores_as_its_best_passage_not_as_their_sum() -> None:
    many = Shelf((("ff", "camp"), ("ha", "camp"), ("und", "camp")), "sable")

    scores = score_terms(many, ["camp"])

    idf = math.log(1 + (4 - 3 + 0.5) / (3 + 0.5))
    assert scores["C-2023-0001"].score == pytest.approx(idf * (K1 + 1) / (1 + K1))


@at_any_pace
@given(TEXTS, st.lists(st.sampled_from(WORDS), max_size=4, unique=True))
def test_whoever_holds_a_term_is_found_with_a_positive_score(texts: list[str], terms: list[str]) -> None:
    shelf = Shelf(*texts)

    scores = score_terms(shelf, terms)

    held = {
        document.id: {term for term in terms for passage in document.passages if term in passage.terms}
        for document in shelf.documents
    }
    assert {record_id: set(scored.matched_terms) for record_id, scored in scores.items()} == {
        record_id: found for record_id, found in held.items() if found
    }
    assert all(scored.score > 0 for scored in scores.values())


@at_any_pace
@given(TEXTS.filter(len))
def test_one_more_of_the_word_raises_the_score_and_one_more_of_another_never_does(texts: list[str]) -> None:
    first, *others = texts

    plain = _score_first([f"camp gao {first}", *others], "camp")

    assert _score_first([f"camp camp {first}", *others], "camp") > plain
    assert _score_first([f"camp gao {first} mali", *others], "camp") <= plain + 1e-9


def _score_first(texts: list[str], term: str) -> float:
    return score_terms(Shelf(*texts), [term])["C-2023-0001"].score


def test_rare_words_count_more_than_common_ones() -> None:
    shelf = Shelf("camp gao", "camp mali", "camp video", "camp soldat")
    scores = score_terms(shelf, ["camp"])["C-2023-0001"].score, score_terms(shelf, ["gao"])["C-2023-0001"].score

    assert scores[0] < scores[1]


def test_a_word_typed_twice_counts_once() -> None:
    shelf = Shelf("camp gao", "gao gao mali", "video")
    once, twice = (search(shelf, ClaimQuery(text=TextQuery(words=words))) for words in ("camp gao", "gao camp gao gao"))

    assert {hit.record_id: hit.score for hit in once.hits} == pytest.approx({h.record_id: h.score for h in twice.hits})


def test_short_texts_stand_before_long_ones_that_say_it_as_often() -> None:
    assert find(Shelf("camp gao mali soldat video kidal", "camp", "camp gao"), "camp") == [2, 3, 1]


# --- phrases and exclusions ------------------------------------------------------------------------------------------


@at_any_pace
@given(TEXTS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_a_phrase_is_held_by_those_whose_text_holds_it(texts: list[str], phrase: list[str]) -> None:
    wanted = f" {' '.join(phrase)} "
    expected = [number for number, text in enumerate(texts, start=1) if wanted in f" {text} "]
    shelf = Shelf(*texts)

    assert sorted(find(shelf, f'"{wanted.strip()}"')) == expected
    assert sorted(find(shelf, f'-"{wanted.strip()}"')) == sorted(set(range(1, len(texts) + 1)) - set(expected))


def test_each_passage_reads_a_phrase_in_its_own_language() -> None:
    shelf = Shelf((("fr", "des armées maliennes"), ("en", "the Malian armies")), (("und", "armées maliennes"),))

    assert find_holders(shelf, "armée malienne") == frozenset({"C-2023-0001"})
    assert find_holders(shelf, "Malian army") == frozenset({"C-2023-0001"})
    assert find_holders(shelf, "armées maliennes") == frozenset({"C-2023-0001", "C-2023-0002"})


def test_a_word_read_in_one_language_does_not_meet_a_passage_in_another() -> None:
    shelf = Shelf((("fr", "les tunnels"),), (("und", "tunnel"),), (("und", "tunnels"),))

    assert find_holders(shelf, "tunnels") == frozenset({"C-2023-0001", "C-2023-0003"})


def test_words_of_a_phrase_are_whole_words() -> None:
    assert find(Shelf("camp gaoua", "decamp gao", "gao camp"), '"camp gao"') == []


def test_what_holds_a_phrase_but_none_of_the_words_is_found_without_a_score() -> None:
    ranking = search(Shelf("camp", (("und", "de la"),)), ClaimQuery(text=parse_query('camp "de la"')))

    assert [(hit.record_id, hit.score, hit.matched_terms) for hit in ranking.hits] == [("C-2023-0002", 0.0, ())]


def test_a_phrase_without_words_asks_for_nothing_by_itself() -> None:
    shelf = Shelf("camp", "gao")

    assert find_holders(shelf, "!!!") is None
    assert find(shelf, '"!!!"') == []
    assert find(shelf, 'camp "!!!"') == [1]
    assert find(shelf, 'camp -"!!!"') == [1]


def test_all_phrases_must_be_there_and_nothing_that_was_excluded() -> None:
    shelf = Shelf("camp gao mali", "camp gao", "gao mali", "camp gao video mali")

    assert sorted(find(shelf, '"camp gao" "mali"')) == [1, 4]
    assert sorted(find(shelf, '"camp gao" -video')) == [1, 2]
    assert find(shelf, "camp -camp") == []
    assert sorted(find(shelf, "-camp")) == [3]


def test_words_beside_a_phrase_raise_the_score_and_exclude_nobody() -> None:
    shelf = Shelf("camp gao", "camp gao mali", "mali video", "soldat")

    assert find(shelf, '"camp gao" mali') == [2, 1]


def test_a_record_with_only_a_phrase_of_function_words_beside_words_is_scored_by_the_words() -> None:
    assert find(Shelf((("fr", "le camp"),), (("fr", "gao"),)), 'camp "de la"') == [1]


# --- order and pages -------------------------------------------------------------------------------------------------


@at_any_pace
@given(TEXTS, st.sampled_from(["", "camp", "camp gao mali", '"camp gao" or', "-camp"]), st.integers(1, 4))
def test_the_pages_make_the_whole(texts: list[str], text: str, limit: int) -> None:
    shelf = Shelf(*texts)
    query = ClaimQuery(text=parse_query(text), limit=limit)
    whole = search(shelf, replace(query, limit=1_000))

    page = search(shelf, query)
    hits = list(page.hits)
    while page.next_cursor and len(hits) <= len(texts):
        assert len(page.hits) == limit
        page = search(shelf, replace(query, cursor=page.next_cursor))
        hits.extend(page.hits)

    assert tuple(hits) == whole.hits
    assert page.total == whole.total == len(hits)
    assert [(-hit.score, hit.record_id) for hit in hits] == sorted((-hit.score, hit.record_id) for hit in hits)
    assert max(Counter(hit.record_id for hit in hits).values(), default=1) == 1


def test_a_page_goes_on_behind_its_mark_when_the_store_has_changed() -> None:
    first = search(Shelf("a", "b", "c", "d"), ClaimQuery(limit=2))
    grown = Shelf("a", "b", "c", "d", "e")
    grown.documents.pop(1)

    rest = search(grown, ClaimQuery(limit=9, cursor=first.next_cursor))

    assert [hit.record_id for hit in rest.hits] == ["C-2023-0003", "C-2023-0004", "C-2023-0005"]


def test_a_mark_holds_for_another_limit_and_for_no_other_question() -> None:
    shelf = Shelf("camp", "camp", "camp")
    query = ClaimQuery(text=TextQuery(words="camp"), limit=1)
    cursor = search(shelf, query).next_cursor

    assert len(search(shelf, replace(query, cursor=cursor, limit=2)).hits) == 2
    changes: list[dict[str, Any]] = [
        {"text": TextQuery(words="gao")},
        {"text": TextQuery(phrases=("camp",))},
        {"countries": ("ML",)},
        {"languages": ("fr",)},
        {"order": "date"},
    ]
    for change in changes:
        with pytest.raises(QueryError, match="belongs to another search"):
            search(shelf, replace(query, cursor=cursor, **change))


def _forge(change: Any) -> str:
    cursor = search(Shelf("camp", "gao"), ClaimQuery(limit=1)).next_cursor
    parts = json.loads(base64.urlsafe_b64decode(cursor))
    return base64.urlsafe_b64encode(json.dumps(change(parts)).encode()).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:2],
        lambda parts: [*parts, 1],
        lambda parts: {"mark": parts},
        lambda parts: [parts[0], "0", parts[2]],
        lambda parts: [parts[0], True, parts[2]],
        lambda parts: [parts[0], parts[1], 5],
        lambda parts: [parts[0], None, None],
        lambda parts: [parts],
        lambda parts: 5,
        lambda parts: None,
        lambda parts: "abc",
    ],
)
def test_a_forged_mark_is_refused(change: Any) -> None:
    with pytest.raises(QueryError, match="page mark"):
        search(Shelf("camp", "gao"), ClaimQuery(cursor=_forge(change)))


def test_an_unchanged_mark_is_taken() -> None:
    assert len(search(Shelf("camp", "gao"), ClaimQuery(cursor=_forge(lambda parts: parts))).hits) == 1


@pytest.mark.parametrize("cursor", ["x", "%", "\ud800", "é", "W" * 100_000, base64.b64encode(b"[" * 50_000).decode()])
def test_what_is_no_mark_is_refused(cursor: str) -> None:
    with pytest.raises(QueryError, match="page mark cannot be read"):
        search(Shelf("camp"), ClaimQuery(cursor=cursor))


def test_words_phrases_and_exclusions_are_measured_together() -> None:
    half = "a" * (MAX_QUERY_CHARACTERS // 2)
    search(Shelf("camp"), ClaimQuery(text=TextQuery(words=half, excluded=(half,))))

    with pytest.raises(QueryError, match=str(MAX_QUERY_CHARACTERS)):
        search(Shelf("camp"), ClaimQuery(text=TextQuery(words=half, phrases=("a",), excluded=(half,))))
