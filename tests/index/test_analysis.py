import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import analyse, analyse_query, fold, guess_language, show_term
from index.analysis_words import FUNCTION_WORDS

ANY_TEXT = st.text(st.characters(), max_size=200)  # lone surrogates and controls too
CASE_CLAIM = {
    "fr": "L’armée malienne a découvert des tunnels construits par la MINUSMA sous la base de Kidal.",
    "en": "The Malian army discovered tunnels that MINUSMA had built under the base in Kidal.",
    "ar": "الجيش المالي يكتشف أنفاقاً بنتها بعثة الأمم المتحدة تحت قاعدة كيدال",
}


def read(text: str, language: str = "und") -> tuple[str, ...]:
    """The terms of a text as a person reads them."""
    return tuple(map(show_term, analyse(text, language)))


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_to_itself_after_one_folding() -> None:
    characters = map(chr, range(sys.maxunicode + 1))
    folded = [fold(character) for character in characters if unicodedata.category(character) not in ("Cn", "Co")]
    assert [text for text in folded if fold(text) != text] == []


@given(ANY_TEXT, st.sampled_from(["fr", "en", "ar", "ha", "bm", "und", "", "not a tag", "fr-ML"]))
def test_analysis_of_any_text_gives_terms_that_can_be_stored(text: str, language: str) -> None:
    for term in (*analyse(text, language), *analyse_query(text)):
        assert 0 < len(term) <= 200
        assert term == fold(term)
        assert not any(character.isspace() for character in term)
        term.encode()
    assert guess_language(text) in ("fr", "en", "ar", "und")


@given(ANY_TEXT)
def test_query_terms_are_unique(text: str) -> None:
    assert len(set(analyse_query(text))) == len(analyse_query(text))


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("Élysée", "ELYSEE"),
        ("e\u0301te\u0301", "été"),
        ("ﬁn", "fin"),
        ("cœur", "coeur"),
        ("ƙasa", "kasa"),
        ("Ɓaure", "baure"),
        ("أنفاق", "انفاق"),
        ("مدينة", "مدينه"),
        ("مصطفى", "مصطفي"),
        ("كـــيدال", "كيدال"),
        ("٢٠٢٣", "2023"),
        ("۲۰۲۳", "2023"),
        ("\u202eKidal\u202c", "kidal"),
        ("Ki\u200bdal", "kidal"),
        ("l’eau", "l'eau"),
    ],
)
def test_spellings_that_nobody_tells_apart_fold_alike(spelling: str, other: str) -> None:
    assert fold(spelling) == fold(other)


def test_marks_that_carry_meaning_stay() -> None:
    assert fold("ߞߐߣߐ߲") == "ߞߐߣߐ߲"
    assert analyse("हिन्दी भाषा", "hi") == ("हिन्दी", "भाषा")


def test_vocalised_arabic_is_the_unvocalised() -> None:
    assert read("أَنْفَاقُ كِيدَال", "ar") == read("أنفاق كيدال", "ar") == ("انفاق", "كيدال")


def test_what_one_language_made_of_a_word_does_not_meet_what_another_did() -> None:
    assert analyse("Rebels", "fr") == ("fr:rebel",)
    assert analyse("rebels", "en") == ("en:rebel",)
    assert analyse("rebel", "ha") == ("rebel",)


@pytest.mark.parametrize("language", ["fr", "en", "ar", "ha"])
def test_a_number_is_the_same_in_every_language(language: str) -> None:
    assert "2023" in analyse("Kidal 2023 كيدال", language)


def test_characters_written_as_of_a_web_page_are_read() -> None:
    assert analyse("l&#39;arm&eacute;e &amp; Kidal", "fr") == analyse("l'armée & Kidal", "fr")


def test_the_arabic_article_and_conjunction_make_no_difference() -> None:
    assert analyse("والأنفاق", "ar") == analyse("أنفاق", "ar")


def test_arabic_on_is_no_term_but_the_name_ali_is() -> None:
    assert analyse("على", "ar") == ()
    assert len(analyse("علي", "ar")) == 1


def test_all_caps_without_accents_meets_the_accented_text() -> None:
    assert analyse("L'ARMÉE A ÉTÉ ATTAQUÉE", "fr") == analyse("l’armée a été attaquée", "fr")
    assert analyse("ATTAQUEE", "fr") == analyse("attaquée", "fr")


def test_terms_come_in_reading_order_and_repeat() -> None:
    assert read("Kidal, Gao, Kidal", "fr") == ("kidal", "gao", "kidal")


@pytest.mark.parametrize("apostrophe", "'’ʼ`´＇")
def test_elisions_fall_off(apostrophe: str) -> None:
    words = ("l'armée", "d'une", "jusqu'à", "qu'il", "aujourd'hui", "l'eau")
    text = " ".join(words).replace("'", apostrophe)
    assert read(text, "fr") == ("arme", "aujourdhui", "eau")


def test_english_endings_fall_off_and_negation_stays() -> None:
    assert read("it's Wagner's; they didn't, can't, won’t", "en") == ("wagner", "not", "not", "wo", "not")


@pytest.mark.parametrize("negation", ["pas", "ne", "non", "jamais", "aucun", "aucune", "rien", "sans", "ni"])
def test_french_negations_are_terms(negation: str) -> None:
    assert analyse(negation, "fr")


@pytest.mark.parametrize("negation", ["not", "no", "never", "without", "none", "nobody", "nothing", "neither"])
def test_english_negations_are_terms(negation: str) -> None:
    assert analyse(negation, "en")


@pytest.mark.parametrize("negation", ["لا", "لم", "لن", "ليس", "ليست", "غير", "بدون", "ما"])
def test_arabic_negations_are_terms(negation: str) -> None:
    assert analyse(negation, "ar")


def test_a_denial_has_other_terms_than_its_claim() -> None:
    assert analyse("il n'a pas été tué", "fr") != analyse("il a été tué", "fr")


@pytest.mark.parametrize(
    ("tag", "terms"),
    [
        ("#ArméeMalienne", ("armee", "malienne", "armeemalienne")),
        ("#mali_kidal", ("mali", "kidal", "malikidal")),
        ("@FAMa", ("fa", "ma", "fama")),
        ("#CSPKidal2023", ("csp", "kidal", "2023", "cspkidal2023")),
        ("#KIDAL", ("kidal",)),
        ("#أنفاق_كيدال", ("انفاق", "كيدال", "انفاقكيدال")),
        ("##Kidal@Gao", ("kidal", "gao")),
    ],
)
def test_hashtags_and_handles_split(tag: str, terms: tuple[str, ...]) -> None:
    assert read(tag) == terms


def test_words_outside_of_hashtags_do_not_split_at_case() -> None:
    assert analyse("FAMa YouTube") == ("fama", "youtube")


def test_addresses_and_emoji_go() -> None:
    text = "Mali 👨‍👩‍👧🏾 🇲🇱 ❤️ https://t.co/AbC?x=1 www.example.org/a t.co/x pic.twitter.com/y Kidal"
    assert analyse(text, "fr") == analyse("Mali Kidal", "fr")


def test_languages_without_a_stemmer_keep_their_words() -> None:
    assert analyse("Ƴan ta’adda sun kai hari", "ha") == ("yan", "taadda", "sun", "kai", "hari")
    assert analyse("Kidal jamana ɲɛmɔgɔ", "bm") == ("kidal", "jamana", "nyemogo")


def test_an_unknown_tag_is_no_error() -> None:
    assert analyse("tunnels", "xx-nonsense") == ("tunnels",)


@pytest.mark.parametrize("tag", ["fr", "fr-ML", "FR", "fra", "fr_FR"])
def test_regional_tags_are_the_language(tag: str) -> None:
    assert analyse("tunnels", tag) == ("fr:tunnel",)


def test_chadian_arabic_is_read_as_arabic() -> None:
    assert analyse("الأنفاق", "shu") == analyse("الأنفاق", "ar")


def test_each_script_in_a_mixed_text_is_read_by_its_own_rules() -> None:
    assert analyse("les tunnels الأنفاق de Kidal", "fr") == ("fr:tunnel", "ar:انفاق", "fr:kidal")
    assert analyse("tunnels الأنفاق", "ar") == ("tunnels", "ar:انفاق")


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("tunnels de Kidal", "fr"),
        ("Kidal tunnels", "en"),
        ("أنفاق كيدال", "ar"),
        ("les TUNNELS de kidal?", "fr"),
    ],
)
def test_a_query_meets_the_wording_in_its_language(query: str, language: str) -> None:
    assert {"ar": 2}.get(language, 2) <= len(set(analyse_query(query)) & set(analyse(CASE_CLAIM[language], language)))


@given(st.sampled_from(sorted(CASE_CLAIM)), st.data())
def test_any_word_of_a_wording_finds_it_unless_it_is_a_function_word(language: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(CASE_CLAIM[language].split()))
    terms = analyse(word, language)
    assert set(terms) <= set(analyse_query(word))


def test_a_word_of_an_unknown_language_is_found_as_it_was_indexed() -> None:
    assert set(analyse("gwamnatin Nijar", "ha")) <= set(analyse_query("gwamnatin Nijar"))


def test_a_query_of_function_words_only_is_still_asked() -> None:
    assert analyse_query("le la les")
    assert analyse_query("!!! …") == ()


def test_gold_is_found_in_french_although_or_is_an_english_function_word() -> None:
    assert "fr:or" in analyse_query("l'or du Mali")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *((text, language) for language, text in CASE_CLAIM.items()),
        ("tunnels de Kidal", "fr"),
        ("The tunnels", "en"),
        ("Kidal tunnels", "und"),
        ("Sojojin Nijar sun kashe 'yan ta'adda da dama a kusa da iyaka", "und"),
        ("Mali kɛlɛbolow ye mɔgɔ caman faga Kidali la", "und"),
        ("", "und"),
        ("1234 !!", "und"),
        ("https://the.and.of/with/the", "und"),
    ],
)
def test_the_language_shows_in_script_and_function_words(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize("language", ["fr", "en"])
def test_stop_lists_are_written_as_they_are_compared(language: str) -> None:
    assert {fold(word) for word in FUNCTION_WORDS[language]} == FUNCTION_WORDS[language]


@pytest.mark.parametrize("text", ["a\ud800b", "\x00Mali\x00", "\u202e\u2066Kidal", "\udfff"])
def test_hostile_characters_part_or_vanish(text: str) -> None:
    assert set(read(text)) <= {"a", "b", "mali", "kidal"}


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "ل",
        "tunnels de Kidal ",
        "#aB",
        "l'",
        "_",
        "@#",
        "http://",
        "\u0301\u0323",
        "\u0e38\u200d\u3099\u200d",
    ],
)
def test_a_megabyte_of_anything_is_analysed(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert all(len(term) <= 200 for term in analyse(text, "fr"))
    assert fold(text) == fold(fold(text))


def test_every_character_that_decomposes_into_a_mark_counts_in_a_run_of_marks() -> None:
    letters = (chr(code) for code in range(sys.maxunicode + 1))
    marks = [letter for letter in letters if unicodedata.combining(unicodedata.normalize("NFKD", letter)[0])]
    unbounded = [mark for mark in marks if len(fold("a" + mark * 100)) > 61]
    assert unbounded == []


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"décapitation{letter} fonctionnement{letter}" for letter in "abcdefghij"] * 20
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda text: analyse(text, "fr"), words))
    assert answers == [analyse(text, "fr") for text in words]


@settings(max_examples=50)
@given(st.text(max_size=50), st.sampled_from(["fr", "en", "ar", "und"]))
def test_case_makes_no_difference_outside_of_tags(text: str, language: str) -> None:
    text = text.replace("#", "").replace("@", "")
    assert analyse(text.casefold(), language) == analyse(text, language)
