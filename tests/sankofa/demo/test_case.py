import shutil
from pathlib import Path

import pytest

from index.dates import first_day, last_day
from index.ratings import AuthenticityCategory, Rating
from index.scales.mapping import map_label
from sankofa.demo.case import CASE_FOLDER, load_case, read_case
from sankofa.demo.errors import DemoCaseError
from sankofa.demo.record import ClaimCase

CASE = load_case()
CLAIMS = {claim.id: claim for claim in CASE.claims}

# When each claim was first seen, exactly as far as the published checks say so.
FIRST_APPEARED = {
    "A1": "2023-11", "A2": "2023", "A3": "2022-02",
    "M1": "2023-11", "M2": "2023-11-18", "M3": "2023-11-22", "M3b": "2024-02-10", "M4": "2023-10-07", "M5": "2023-10",
    "M6": "2023-10-02", "M7": "2023-10-03",
    "B1": "2023", "B2": None,
    "N1": "2023-09-28", "N2": "2023-10", "N3": "2023-12-27", "N4": "2023-09-04", "N5": "2023-08-22",
    "T1": "2023-08-27", "T2": "2023-08-24", "T3": "2024-04",
}  # fmt: skip

# The checks whose day of publication their page or address shows; all others have none.
REVIEWED = {
    "https://fr.allafrica.com/stories/202311170398.html": "2023-11-17",
    "https://ivoirecheck.com/faux-ce-tunnel-na-pas-ete-construit-par-larmee-francaise-barkhane/2022/02/24/-/3423": (
        "2022-02-24"
    ),
    "https://fr.allafrica.com/stories/202311230099.html": "2023-11-23",
    "https://askia24.com/2024/01/25/cette-photo-ne-montre-pas-la-demission-de-mohamed-bazoum/": "2024-01-25",
    "https://factuel.afp.com/doc.afp.com.33V7733": "2023-09-15",
    "https://defacto-observatoire.fr/Medias/Factuel/Fact-checks/"
    "Cette-video-ne-montre-pas-des-forces-francaises-quittant-le-Niger/": "2023-08-31",
    "https://observers.france24.com/fr/afrique/"
    "20230829-cette-vid%C3%A9o-ne-montre-pas-l-onu-et-la-france-chass%C3%A9s-par-la-force-du-niger": "2023-08-29",
}

# When the known originals were seen, as the checks say; four of the AFP's check are only said to be years old.
ORIGINALS = {
    "a1-bunker-original": "2019", "a2-hole-original": "2003-12-14", "a2-doors-original": "2003-05-04",
    "a2-corridor-original": "2016-12", "a3-rafah-original": "2009-04-14", "m1-camp-original": "2023-07-31",
    "m2-wall-original": "2023-11-17", "m3-flag-original": "2023-11-21T16:00:00Z", "m4-truck-original": None,
    "m4-road-original": None, "m4-night-original": None, "m4-field-original": None, "m5-column-original": "2020-02",
    "m6-convoy-original": "2021", "m6-portrait-original": "2020", "m7-gourma-original": "2018-07-06",
    "m7-patrol-original": "2023-02-10", "b1-captives-original": "2023-05-24", "b2-speech-original": "2023-10-05",
    "n3-signing-original": "2023-03-22", "n4-crowd-original": "2021-08", "n5-buffer-original": "2023-08-18",
    "t1-march-original": "2022-05-14",
}  # fmt: skip


def test_the_record_is_complete() -> None:
    assert set(CLAIMS) == set(FIRST_APPEARED)


def test_every_claim_is_worded_in_french_english_and_arabic() -> None:
    for claim in CASE.claims:
        assert [wording.language for wording in claim.wordings.wordings] == ["fr", "en", "ar"]
        texts = {wording.text for wording in claim.wordings.wordings}
        assert len(texts) == 3
        assert any("\u0600" <= letter <= "\u06ff" for letter in claim.wordings.ar), claim.id


def test_explanations_are_in_three_languages_too() -> None:
    for claim in CASE.claims:
        for check in claim.checks:
            assert len({wording.text for wording in check.explanation.wordings}) == 3, check.url


def test_dates_of_claims_are_as_vague_as_their_sources() -> None:
    assert {claim.id: claim.first_appeared_on for claim in CASE.claims} == FIRST_APPEARED


def test_dates_of_checks_are_those_that_their_pages_show() -> None:
    shown = {check.url: str(check.review_date) for claim in CASE.claims for check in claim.checks if check.review_date}
    assert shown == REVIEWED


def test_dates_of_originals_are_those_of_the_checks() -> None:
    found = {medium.key: medium.appeared_on for medium in CASE.media if medium.role == "original"}
    assert found == ORIGINALS


def test_vague_dates_say_why() -> None:
    vague = {claim.id for claim in CASE.claims if claim.first_appeared_on in ("2023", None)}
    assert vague == {"A2", "B1", "B2"}
    assert all(CLAIMS[claim_id].date_note for claim_id in vague)


def test_every_claim_has_a_check_at_a_real_address_of_its_publisher() -> None:
    for claim in CASE.claims:
        assert claim.checks, claim.id
        for check in claim.checks:
            assert check.url.startswith("https://"), check.url
            assert "demo" not in check.url
            host = check.url.split("/")[2]
            # RFI's texts are read in allAfrica's copies; every other check on its publisher's own site.
            assert host == ("fr.allafrica.com" if check.publisher == "RFI" else check.site)


def test_no_address_is_the_check_of_two_claims() -> None:
    urls = [check.url for claim in CASE.claims for check in claim.checks]
    assert len(urls) == len(set(urls))


def test_syndicated_copies_lead_to_the_same_claim() -> None:
    assert CLAIMS["A1"].external_ids[-1].startswith("https://eurafrica.info/2023/11/22/")
    assert any("maliweb.net" in url for url in CLAIMS["M2"].external_ids)


def test_a_rating_never_contradicts_a_label_that_we_know() -> None:
    for claim in CASE.claims:
        for check in claim.checks:
            assert map_label(check.textual_rating) in (None, check.rating), check.url


def test_two_organisations_describe_the_bunker_differently_and_both_are_kept() -> None:
    fasocheck, rfi = CLAIMS["A1"].checks
    assert "Portsmouth" in fasocheck.details
    assert "1942" in fasocheck.details
    assert "station radio" in rfi.details
    assert "falaise" in rfi.details
    assert CLAIMS["A1"].verdict is not None
    assert "Portsmouth" in CLAIMS["A1"].verdict.explanation.fr
    assert "station radio" in CLAIMS["A1"].verdict.explanation.fr


def test_the_denial_is_the_false_claim_and_its_media_are_authentic() -> None:
    denial = CLAIMS["M3"]
    assert denial.about == ("m3-flag-original",)
    assert denial.verdict is not None
    assert denial.verdict.rating is Rating.FALSE
    assert {finding.categories for finding in denial.findings} == {(AuthenticityCategory.ORIGINAL,)}


def test_the_clip_of_november_returns_in_february() -> None:
    (finding,) = CLAIMS["M3b"].findings
    assert finding.original == "m3-flag-original"
    assert finding.categories == (AuthenticityCategory.DECONTEXTUALIZED,)


def test_the_three_tunnels_tell_one_story() -> None:
    assert {claim.id for claim in CASE.claims if "hidden-tunnels" in claim.narratives} == {"A1", "A2", "A3"}


@pytest.mark.parametrize("country", ["NE", "TD"])
def test_niger_and_chad_have_no_item_of_november_2023(country: str) -> None:
    own = [claim for claim in CASE.claims if claim.countries == (country,)]
    assert own
    assert not [claim.id for claim in own if _may_be_of_november(claim)]


def test_our_own_verdicts_are_drafted_and_published_by_two_people() -> None:
    drafts = {claim.id: claim.verdict for claim in CASE.claims if claim.verdict}
    assert set(drafts) == {"A1", "A2", "A3", "M3"}
    for claim_id, draft in drafts.items():
        assert draft.drafted_by != draft.published_by
        supported = {support.url for support in CLAIMS[claim_id].evidence}
        assert set(draft.evidence) <= supported | set(CLAIMS[claim_id].external_ids)


def test_every_use_is_said_of_a_claim_and_every_decoy_of_none() -> None:
    said = {finding.shown: finding.original for claim in CASE.claims for finding in claim.findings}
    for medium in CASE.media:
        if medium.role == "use":
            assert said[medium.key] == medium.of
        elif medium.role == "decoy":
            assert medium.key not in said


def test_every_use_and_decoy_is_posted_somewhere() -> None:
    posted = {key for post in CASE.posts for key in post.media}
    assert posted >= {medium.key for medium in CASE.media if medium.role != "original"}


def test_handles_cannot_be_real_ones() -> None:
    """X's handles have no hyphen; every name says what it is."""
    for post in CASE.posts:
        assert "-demo-" in post.author
        assert post.author_name.startswith("[demo] ")


def test_an_unknown_field_is_an_error_that_names_its_file(tmp_path: Path) -> None:
    folder = _copy_case(tmp_path)
    people = folder / "people.yaml"
    people.write_text(people.read_text().replace("organisation:", "organization:", 1))
    with pytest.raises(DemoCaseError, match=r"people\.yaml"):
        read_case(folder)


def test_a_name_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    folder = _copy_case(tmp_path)
    posts = folder / "posts.yaml"
    posts.write_text(posts.read_text().replace("media: [decoy-wall]", "media: [decoy-fence]"))
    with pytest.raises(DemoCaseError, match="decoy-fence"):
        read_case(folder)


def test_a_missing_language_is_an_error(tmp_path: Path) -> None:
    folder = _copy_case(tmp_path)
    narratives = folder / "narratives.yaml"
    lines = narratives.read_text().splitlines()
    narratives.write_text("\n".join(line for line in lines if "    ar:" not in line))
    with pytest.raises(DemoCaseError, match=r"narratives\.yaml"):
        read_case(folder)


def test_two_entries_of_one_name_are_an_error(tmp_path: Path) -> None:
    folder = _copy_case(tmp_path)
    media = folder / "media.yaml"
    media.write_text(media.read_text().replace("key: decoy-wall,", "key: decoy-coins,"))
    with pytest.raises(DemoCaseError, match="decoy-coins"):
        read_case(folder)


def _may_be_of_november(claim: ClaimCase) -> bool:
    said = claim.first_appeared_on
    return said is None or (str(first_day(said)) <= "2023-11-30" and str(last_day(said)) >= "2023-11-01")


def _copy_case(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASE_FOLDER, tmp_path / "case"))
