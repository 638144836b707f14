"""What every store promises of the text search; part of :class:`tests.contracts.store.StoreContract`."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from index.errors import QueryError
from index.model import Claim, Event, Wording
from index.query import MAX_QUERY_CHARACTERS, ClaimQuery, PostQuery, TextQuery, parse_query
from index.ratings import Rating
from index.store import Store
from tests.contracts.records import NOON, build_claim, build_post, build_sample


def find(store: Store, text: str, **filters: Any) -> list[str]:
    """Search the claims as a person would, and return their identifiers in order."""
    return [hit.claim.id for hit in store.find_claims(ClaimQuery(text=parse_query(text), **filters)).hits]


def keep_claims(store: Store, *claims: Claim) -> None:
    for claim in claims:
        store.revise(claim, expected_revision=0)


LONG = "a" * 1_000_000


class SearchContract:
    """Words, phrases, exclusions, filters, order and pages; the store is the inheriting class's fixture."""

    @pytest.fixture
    def claims(self, store: Store) -> Store:
        """Keep the claims that most searches below are about."""
        keep_claims(
            store,
            build_claim(
                1,
                "Des tunnels découverts sous le camp de Kidal",
                ("en", "Tunnels were found under the Kidal camp"),
                ("ar", "اكتشاف أنفاق تحت معسكر كيدال"),
                first_appeared_on="2023-11-14",
                countries=("ML",),
            ),
            build_claim(
                2,
                "L'armée malienne a repris la ville d'Aguelhoc",
                first_appeared_on="2023-11-05",
                countries=("ML", "NE"),
            ),
            build_claim(
                3, ("en", "French soldiers steal gold at Kidal"), first_appeared_on="2023-10", countries=("TD",)
            ),
            build_claim(4, ("fr-ML", "Une vidéo de Kidal, tunnels et camp, date de Gaza"), first_appeared_on="2022"),
            build_claim(5, ("und", "Kidal Kidal Kidal"), title="Sans date"),
        )
        return store

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("tunnels de Kidal", "C-2023-0001"),
            ("tunnel découvert", "C-2023-0001"),
            ("TUNNELS DECOUVERTS", "C-2023-0001"),
            ("Kidal tunnels found", "C-2023-0001"),
            ("أنفاق كيدال", "C-2023-0001"),
            ("أَنْفَاقُ كِيدَالَ", "C-2023-0001"),
            ("انفاق", "C-2023-0001"),
            ("ARMEE malienne", "C-2023-0002"),
            ("l’armée", "C-2023-0002"),
            ("soldier stealing", "C-2023-0003"),
            ("#Aguelhoc", "C-2023-0002"),
        ],
    )
    def test_a_claim_is_found_in_each_language_whatever_its_accents(
        self, claims: Store, words: str, found: str
    ) -> None:
        assert find(claims, words)[0] == found

    def test_what_holds_more_of_the_words_comes_first(self, claims: Store) -> None:
        page = claims.find_claims(ClaimQuery(text=parse_query("tunnels camp Kidal découverts")))

        assert [hit.claim.id for hit in page.hits][:2] == ["C-2023-0001", "C-2023-0004"]
        assert page.total == 4
        assert [hit.score for hit in page.hits] == sorted((hit.score for hit in page.hits), reverse=True)
        assert page.hits[-1].score > 0

    def test_a_word_typed_twice_weighs_no_more(self, claims: Store) -> None:
        once = claims.find_claims(ClaimQuery(text=TextQuery(words="Kidal Aguelhoc"))).hits
        twice = claims.find_claims(ClaimQuery(text=TextQuery(words="Kidal Aguelhoc Kidal Kidal"))).hits

        assert [(hit.claim.id, hit.score) for hit in once] == [(hit.claim.id, hit.score) for hit in twice]

    def test_many_are_answered_at_once_each_as_by_itself(self, claims: Store) -> None:
        asked = [
            ClaimQuery(text=parse_query("tunnels Kidal"), limit=2),
            ClaimQuery(text=TextQuery(words="!!!")),
            ClaimQuery(),
            ClaimQuery(text=parse_query('"camp militaire" -Kidal'), languages=("fr",)),
            ClaimQuery(text=parse_query("armée"), ratings=(Rating.FALSE,)),
            *[ClaimQuery(text=TextQuery(words=f"Kidal {number}"), limit=1) for number in range(60)],
        ]

        pages = claims.find_claims_each(asked)

        assert pages == tuple(map(claims.find_claims, asked))
        assert [page.total > 0 for page in pages[:3]] == [True, False, True]
        following = replace(asked[0], cursor=pages[0].next_cursor)
        assert claims.find_claims_each([asked[1], following]) == (pages[1], claims.find_claims(following))
        assert claims.find_claims_each([]) == ()
        with pytest.raises(QueryError):
            claims.find_claims_each([asked[0], ClaimQuery(text=TextQuery(words="x" * (MAX_QUERY_CHARACTERS + 1)))])

    def test_the_terms_that_matched_are_named(self, claims: Store) -> None:
        hits = {hit.claim.id: hit for hit in claims.find_claims(ClaimQuery(text=parse_query("Kidal malienne"))).hits}

        assert hits["C-2023-0003"].matched_terms == ("en:kidal", "@ml-kidal")
        assert hits["C-2023-0002"].matched_terms == ("fr:malien",)

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("أجلهوك", "C-2023-0002"),
            ("Aguelhok", "C-2023-0002"),
            ("the Malian army", "C-2023-0002"),
            ("FAMa", "C-2023-0002"),
        ],
    )
    def test_a_name_is_found_in_any_language_and_spelling(self, claims: Store, words: str, found: str) -> None:
        assert find(claims, words)[0] == found

    def test_a_title_is_searched_too(self, claims: Store) -> None:
        assert find(claims, "sans date")[0] == "C-2023-0005"

    def test_the_newest_revision_is_what_is_searched(self, claims: Store) -> None:
        claims.revise(build_claim(2, "Une autre ville, Ménaka"), expected_revision=1)

        assert find(claims, "Aguelhoc") == []
        assert find(claims, "menaka") == ["C-2023-0002"]
        assert find(claims, '"armée malienne"') == []
        assert find(claims, "", countries=("NE",)) == []

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ('"camp de Kidal"', {1}),
            ('"CAMP DE KIDAL"', {1}),
            ('"tunnels et camp"', {4}),
            ('"Kidal tunnels"', {4}),
            ('"معسكر كيدال"', {1}),
            ('"under the Kidal camp"', {1}),
            ('"Kidal Kidal Kidal"', {5}),
            ('"Kidal Kidal Kidal Kidal"', set()),
            ('"Sans date" "Kidal Kidal"', {5}),
            ('"Kidal Sans"', set()),
            ('"camp de Kidal" gaza', {1}),
            ('"date de Gaza" tunnels', {4}),
            ("Kidal -tunnels", {3, 5}),
            ('Kidal -"camp de Kidal"', {3, 4, 5}),
            ("-Kidal", {2}),
            ("-Kidal -Aguelhoc", set()),
            ("kidal -أنفاق", {3, 4, 5}),
            ("Kidal -!!!", {1, 3, 4, 5}),
            ('"the أنفاق"', {1}),
            ('Kidal -"the أنفاق"', {3, 4, 5}),
        ],
    )
    def test_phrases_must_be_there_and_exclusions_must_not(self, claims: Store, text: str, found: set[int]) -> None:
        assert set(find(claims, text)) == {f"C-2023-{number:04d}" for number in found}

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({}, {1, 2, 3, 4, 5}),
            ({"countries": ("ML",)}, {1, 2}),
            ({"countries": ("NE", "TD")}, {2, 3}),
            ({"countries": ("XX",)}, set()),
            ({"languages": ("fr",)}, {1, 2, 4}),
            ({"languages": ("fr-ml",)}, {4}),
            ({"languages": ("AR", "und")}, {1, 5}),
            ({"languages": ("f",)}, set()),
            ({"since": date(2023, 11, 5)}, {1, 2}),
            ({"since": date(2023, 11, 6)}, {1}),
            ({"until": date(2023, 11, 5)}, {2, 3, 4}),
            ({"until": date(2023, 11, 4)}, {3, 4}),
            ({"since": date(2023, 10, 31), "until": date(2023, 10, 31)}, {3}),
            ({"since": date(2022, 6, 1), "until": date(2022, 7, 1)}, {4}),
            ({"since": date(2024, 1, 1)}, set()),
            ({"countries": ("ML",), "languages": ("en",), "since": date(2023, 1, 1)}, {1}),
        ],
    )
    def test_filters_let_through_what_they_say(self, claims: Store, filters: dict[str, Any], found: set[int]) -> None:
        expected = {f"C-2023-{number:04d}" for number in found}

        assert set(find(claims, "", **filters)) == expected
        assert set(find(claims, "Kidal Aguelhoc", **filters)) == expected
        assert claims.find_claims(ClaimQuery(**filters)).total == len(expected)

    def test_without_words_everything_comes_with_score_zero_by_identifier(self, claims: Store) -> None:
        page = claims.find_claims(ClaimQuery())

        assert [hit.claim.id for hit in page.hits] == [f"C-2023-{number:04d}" for number in range(1, 6)]
        assert {hit.score for hit in page.hits} == {0.0}
        assert {hit.matched_terms for hit in page.hits} == {()}

    def test_of_claims_that_are_named_those_are_found_that_match_with_the_scores_of_the_whole_search(
        self, claims: Store
    ) -> None:
        asked = ClaimQuery(text=TextQuery(words="tunnels armée Kidal"))
        everything = claims.find_claims(asked)
        names = tuple(hit.claim.id for hit in everything.hits)[1::2]

        named = claims.find_claims(replace(asked, claim_ids=(*names, "C-none", "\ud800")))

        assert named.hits == everything.hits[1::2]
        assert named.total == len(names) > 0
        assert find(claims, "tunnels", claim_ids=("C-none",)) == []

    def test_by_date_the_newest_comes_first_and_what_has_none_last(self, claims: Store) -> None:
        newest_first = [f"C-2023-{number:04d}" for number in (1, 2, 3, 4, 5)]

        assert find(claims, "", order="date") == newest_first
        assert find(claims, "Aguelhoc Kidal", order="date") == newest_first

    def test_equal_scores_come_by_identifier(self, store: Store) -> None:
        keep_claims(store, *(build_claim(number, "Le même texte") for number in (4, 2, 9, 1)))

        assert find(store, "texte") == [f"C-2023-{number:04d}" for number in (1, 2, 4, 9)]

    @pytest.mark.parametrize("order", ["relevance", "date"])
    @pytest.mark.parametrize("text", ["", "tunnel commun", "-rare", '"tunnel commun"'])
    def test_pages_follow_without_gaps_or_doubles(self, store: Store, order: Any, text: str) -> None:
        store.add(
            [
                build_post(
                    number,
                    "tunnel commun " * (1 + number % 3) + "rare " * (number % 5 == 0),
                    published_at=NOON + timedelta(days=number % 7) if number % 4 else None,
                )
                for number in range(47)
            ]
        )
        whole = store.find_posts(PostQuery(text=parse_query(text), order=order, limit=1_000))
        pages, cursor = [], ""
        while True:
            page = store.find_posts(PostQuery(text=parse_query(text), order=order, limit=5, cursor=cursor))
            pages.append(page)
            cursor = page.next_cursor
            if not cursor:
                break

        assert [hit for page in pages for hit in page.hits] == list(whole.hits)
        assert {page.total for page in pages} == {whole.total}
        assert whole.total == len(whole.hits) > 10
        assert whole.next_cursor == ""

    def test_a_page_mark_of_another_search_is_refused(self, claims: Store) -> None:
        cursor = claims.find_claims(ClaimQuery(limit=1)).next_cursor
        other = claims.find_claims(ClaimQuery(limit=1, order="date")).next_cursor

        for bad in (ClaimQuery(cursor=cursor, countries=("ML",)), ClaimQuery(cursor=other), ClaimQuery(cursor="x")):
            with pytest.raises(QueryError, match="page mark"):
                claims.find_claims(bad)
        assert claims.find_claims(ClaimQuery(cursor=cursor, limit=9)).total == 5

    @pytest.mark.parametrize(
        "cursor", ["%%%", "e30=", "W10=", "bnVsbA==", "\ud800", "\x00", "WzEsMiwzXQ==", "[" * 5_000]
    )
    def test_a_page_mark_that_is_none_is_refused(self, claims: Store, cursor: str) -> None:
        with pytest.raises(QueryError, match="page mark"):
            claims.find_claims(ClaimQuery(cursor=cursor))

    @pytest.mark.parametrize("nothing", ["!!!", "xyzzy", '"!!!"', "\u200f", "()", "🙂", '"xyzzy Kidal"'])
    def test_what_nobody_wrote_finds_nothing(self, claims: Store, nothing: str) -> None:
        page = claims.find_claims(ClaimQuery(text=parse_query(nothing)))

        assert (page.hits, page.total, page.next_cursor) == ((), 0, "")

    def test_an_empty_store_finds_nothing(self, store: Store) -> None:
        for text in ("", "Kidal", '"Kidal tunnels"', "-Kidal"):
            assert store.find_claims(ClaimQuery(text=parse_query(text))).total == 0
            assert store.find_posts(PostQuery(text=parse_query(text))).total == 0

    @pytest.mark.parametrize(
        "text",
        [
            "(" * 3_000 + "Kidal" + ")" * 3_000,
            "NOT " * 2_000 + "Kidal",
            "Kidal AND OR NOT NEAR *",
            'Kidal "',
            "Kidal '; DROP TABLE record; --",
            "Kidal* OR title:x^2~3 [a TO b] {x} /r/ \\",
            "Kidal \x00\x01\x1b[31m",
            "Kidal \ud800\udfff",
            "Kidal " + "\u202e\u2066" * 500,
            "Kidal " + "e" + "\u0301" * 5_000,
            "Kidal %_?$1:a@b",
            "Kidal ﷺ ½ ﬁ",
        ],
        ids=lambda text: ascii(text)[:20],
    )
    def test_hostile_text_is_just_text(self, claims: Store, text: str) -> None:
        for query in (parse_query(text), TextQuery(words=text), TextQuery(words="Kidal", excluded=("\ud800",))):
            assert "C-2023-0001" in {hit.claim.id for hit in claims.find_claims(ClaimQuery(text=query)).hits}
        claims.find_claims(ClaimQuery(text=TextQuery(phrases=(text,))))
        claims.find_posts(PostQuery(text=TextQuery(excluded=(text,)), platforms=(text[:50],), languages=(text[:50],)))

    @pytest.mark.parametrize(
        "query",
        [TextQuery(words=LONG), TextQuery(phrases=(LONG,)), TextQuery(excluded=(LONG,))],
        ids=lambda query: "long",
    )
    def test_text_beyond_all_measure_is_refused(self, claims: Store, query: TextQuery) -> None:
        with pytest.raises(QueryError, match=str(MAX_QUERY_CHARACTERS)):
            claims.find_claims(ClaimQuery(text=query))
        with pytest.raises(QueryError, match=str(MAX_QUERY_CHARACTERS)):
            parse_query(LONG)

    def test_posts_are_searched_by_title_and_text_and_filtered(self, store: Store) -> None:
        posts = [
            build_post(1, "Les tunnels", published_at=NOON, platform="x"),
            build_post(2, "rien", title="Des tunnels", published_at=NOON - timedelta(days=2), platform="telegram"),
            build_post(3, "أنفاق كيدال", language="ar"),
            build_post(4, "a" * 100_000 + " tunnels", published_at=NOON + timedelta(hours=1), platform="x"),
        ]
        store.add(posts)

        def ids(**query: Any) -> list[str]:
            return [hit.post.id for hit in store.find_posts(PostQuery(**query)).hits]

        tunnels = TextQuery(words="tunnel")
        assert set(ids(text=tunnels)) == {"P-0001", "P-0002", "P-0004"}
        assert ids(text=tunnels, order="date") == ["P-0004", "P-0001", "P-0002"]
        assert ids(text=tunnels, platforms=("telegram",)) == ["P-0002"]
        assert ids(languages=("ar",)) == ["P-0003"]
        assert ids(since=NOON.date(), until=NOON.date()) == ["P-0001", "P-0004"]
        assert ids(until=NOON.date() - timedelta(days=1)) == ["P-0002"]
        assert store.find_posts(PostQuery(text=tunnels, platforms=("telegram",))).hits[0].post == posts[1]

    def test_no_phrase_runs_from_one_text_into_the_next(self, store: Store) -> None:
        store.add([build_post(1, "camp de Kidal", title="Sous le vieux")])
        keep_claims(store, build_claim(1, ("en", "gold at Kidal"), ("en", "soldiers steal")))

        assert store.find_posts(PostQuery(text=parse_query('"vieux camp"'))).total == 0
        assert store.find_posts(PostQuery(text=parse_query('"vieux" "camp"'))).total == 1
        assert find(store, '"Kidal soldiers"') == []

    def test_other_kinds_are_not_in_the_answer(self, store: Store) -> None:
        store.add([build_post(1, "tunnels")])
        keep_claims(store, build_claim(1, "tunnels"))
        event = replace(build_sample(Event), names=(Wording("fr", "tunnels"),))
        store.revise(event, expected_revision=0)

        assert store.find_posts(PostQuery(text=parse_query("tunnels"))).total == 1
        assert find(store, "tunnels") == ["C-2023-0001"]

    def test_claims_are_counted_by_language_country_and_month(self, claims: Store) -> None:
        counted = claims.count_claims(ClaimQuery())

        assert counted.total == 5
        assert counted.languages == {"fr": 3, "fr-ml": 1, "en": 2, "ar": 1, "und": 1}
        assert counted.countries == {"ML": 2, "NE": 1, "TD": 1}
        assert counted.months == {"2023-11": 2, "2023-10": 1, "2022": 1}

    @pytest.mark.parametrize(
        ("text", "filters", "total", "months"),
        [
            ("tunnels", {}, 2, {"2023-11": 1, "2022": 1}),
            ("Kidal -tunnels", {}, 2, {"2023-10": 1}),
            ('"camp de Kidal"', {}, 1, {"2023-11": 1}),
            ("", {"countries": ("ML",)}, 2, {"2023-11": 2}),
            ("", {"since": date(2023, 11, 10), "until": date(2023, 11, 30)}, 1, {"2023-11": 1}),
            ("!!!", {}, 0, {}),
        ],
    )
    def test_what_a_search_finds_is_what_is_counted(
        self, claims: Store, text: str, filters: dict[str, Any], total: int, months: dict[str, int]
    ) -> None:
        query = ClaimQuery(text=parse_query(text), **filters, limit=1)

        counted = claims.count_claims(query)

        assert (counted.total, counted.months) == (total, months)
        assert counted.total == claims.find_claims(query).total

    def test_a_claim_that_was_revised_is_counted_as_it_is_now(self, claims: Store) -> None:
        claims.revise(build_claim(2, "Une autre ville", countries=("BF",)), expected_revision=1)

        counted = claims.count_claims(ClaimQuery(languages=("fr",)))

        assert (counted.countries, counted.months) == ({"ML": 1, "BF": 1}, {"2023-11": 1, "2022": 1})

    def test_where_nothing_is_nothing_is_counted(self, store: Store) -> None:
        counted = store.count_claims(ClaimQuery())

        assert (counted.total, counted.languages, counted.countries, counted.months) == (0, {}, {}, {})
        assert (counted.ratings, counted.publishers) == ({}, {})
        assert (counted.places, counted.actors, counted.media) == ({}, {}, {})
