"""What the text search reads of a record, worked out once and for every backend."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from index.documents import BREAK, Document, Filters, Passage, build_document, lower_tag
from index.errors import RecordFormatError
from index.model import KINDS, Claim, Post, Record
from tests.contracts.records import build_claim, build_post, build_sample


def build(record: Record) -> Document:
    document = build_document(record)
    assert document is not None
    return document


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_claims_and_posts_are_searched_and_nothing_else(kind: type[Record]) -> None:
    assert (build_document(build_sample(kind)) is not None) == (kind in (Claim, Post))


def test_texts_of_one_language_make_one_passage_with_a_break_between_them() -> None:
    claim = build_claim(1, ("fr", "Tunnels"), ("en", "tunnels"), ("fr", "Kidal, Gao"), title="Vidéo")

    assert build(claim).passages == (
        Passage("fr", ("fr:tunnel", BREAK, "fr:kidal", "fr:gao", BREAK, "@ml-kidal", "@ml-gao", BREAK, "fr:video")),
        Passage("en", ("en:tunnel",)),
    )


def test_a_passage_is_as_long_as_its_terms_without_the_breaks() -> None:
    assert Passage("fr", ("a", BREAK, "b", "c")).length == 3
    assert Passage("fr", ()).length == 0


def test_a_text_without_words_makes_no_passage() -> None:
    assert build(build_post(1, "!!! 🙂", title="")).passages == ()
    assert build(build_claim(1, ("fr", "..."), ("en", "Gao"))).passages == (
        Passage("en", ("en:gao", BREAK, "@ml-gao")),
    )


def test_tags_are_read_without_regard_to_case_and_hyphen() -> None:
    assert lower_tag("FF_Adlm-ML") == "ff-adlm-ml"
    document = build(build_claim(1, ("fr-ML", "Gao"), ("fr_ml", "Kidal")))

    assert [passage.language for passage in document.passages] == ["fr-ml"]


def test_a_language_is_also_what_its_tag_begins_with() -> None:
    document = build(build_claim(1, ("ff-Adlm-ML", "a"), ("fr", "b"), countries=("ML", "NE", "ML")))

    assert document.facets["language"] == ("ff", "ff-adlm", "ff-adlm-ml", "fr")
    assert document.facets["country"] == ("ML", "NE")


def test_names_are_facets_by_what_they_are() -> None:
    claim = build_claim(1, ("fr", "L'armée malienne à Kidal"), ("ar", "كيدال"), ("und", "Niger"), title="Wagner")

    facets = build(claim).facets

    assert facets["place"] == ("ml-kidal", "niger")
    assert facets["actor"] == ("fama", "wagner")
    assert facets["media"] == ()


def test_a_post_is_found_by_platform_and_language() -> None:
    assert build(build_post(1, "", platform="x", language="fr")).facets == {"language": ("fr",), "platform": ("x",)}


@pytest.mark.parametrize(
    ("appeared", "days"),
    [
        (None, ("", "", "")),
        ("2023", ("2023-01-01", "2023-12-31", "2023-01-01")),
        ("2024-02", ("2024-02-01", "2024-02-29", "2024-02-01")),
        ("2023-11-14", ("2023-11-14", "2023-11-14", "2023-11-14")),
        ("2023-11-14T23:30:00-02:00", ("2023-11-15", "2023-11-15", "2023-11-15")),
    ],
)
def test_a_claim_lies_between_the_days_that_its_date_may_mean(appeared: str | None, days: tuple[str, str, str]) -> None:
    document = build(build_claim(1, "text", first_appeared_on=appeared))

    assert (document.first_day, document.last_day, document.newest) == days


@pytest.mark.parametrize(
    "appeared",
    ["", "soon", "2023-13", "2023-02-30", "2023-11-14Tnoon", "2016-1", "+201", "1_00", "0001-01-01T00:00:00+14:00"],
)
def test_a_claim_with_a_date_that_is_none_cannot_be_kept(appeared: str) -> None:
    with pytest.raises(RecordFormatError, match="C-2023-0001"):
        build_document(build_claim(1, "text", first_appeared_on=appeared))


def test_a_claim_without_a_wording_cannot_be_kept() -> None:
    with pytest.raises(RecordFormatError, match="wording"):
        build_document(build_claim(1))


def test_a_post_lies_on_its_day_in_utc_and_is_ordered_to_the_microsecond() -> None:
    late = datetime(2023, 11, 14, 23, 30, tzinfo=timezone(timedelta(hours=-1)))
    document = build(build_post(1, "text", published_at=late))

    assert (document.first_day, document.last_day) == ("2023-11-15", "2023-11-15")
    assert document.newest == "2023-11-15T00:30:00.000000+00:00"
    later = build(build_post(2, "text", published_at=late + timedelta(microseconds=1)))
    assert later.newest > document.newest


def test_a_post_without_a_date_has_no_day() -> None:
    document = build(build_post(1, "text"))

    assert (document.first_day, document.last_day, document.newest) == ("", "", "")


def test_moments_sort_as_text_as_they_do_in_time() -> None:
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (2023, 987, 1, 9999, 1970)]
    posts = [build(build_post(year.year, "text", published_at=year)) for year in moments]

    assert [document.id for document in sorted(posts, key=lambda document: document.newest)] == [
        build_post(moment.year, "").id for moment in sorted(moments)
    ]


@pytest.mark.parametrize(
    ("since", "until", "passes"),
    [
        ("", "", True),
        ("2023-11-30", "", True),
        ("2023-12-01", "", False),
        ("", "2023-11-01", True),
        ("", "2023-10-31", False),
        ("2023-11-10", "2023-11-20", True),
        ("2022-01-01", "2024-01-01", True),
        ("2023-12-01", "2024-01-01", False),
    ],
)
def test_an_uncertain_date_passes_every_period_that_it_may_lie_in(since: str, until: str, passes: bool) -> None:
    document = build(build_claim(1, "text", first_appeared_on="2023-11"))

    assert Filters({}, since, until).let_pass(document) is passes


def test_what_has_no_date_passes_no_period() -> None:
    document = build(build_claim(1, "text"))

    assert Filters({}).let_pass(document)
    assert not Filters({}, since="0001-01-01").let_pass(document)
    assert not Filters({}, until="9999-12-31").let_pass(document)


def test_one_value_of_each_facet_must_be_held() -> None:
    document = build(build_claim(1, ("fr-ML", "text"), countries=("ML", "NE")))

    assert Filters({"country": ("TD", "NE"), "language": ("fr",)}).let_pass(document)
    assert Filters({"country": (), "language": ("fr-ml",)}).let_pass(document)
    assert not Filters({"country": ("TD",), "language": ("fr",)}).let_pass(document)
    assert not Filters({"country": ("ML",), "language": ("ar",)}).let_pass(document)
    assert not Filters({"platform": ("x",)}).let_pass(document)
