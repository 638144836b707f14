"""What the demonstration promises: every altered picture finds its original, no look-alike is suggested, claims are found, and
reports say what the record has."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from index.backends.embedded import open_embedded
from index.exchange.checks import Check, read_checks
from index.exchange.defacto import read_feed
from index.exchange.schema_org import load_schema
from index.identifiers import name_medium
from index.model import Claim, Match, Verdict
from index.store import Store
from sankofa.demo.case import Case, load_case
from sankofa.demo.standins import make_stand_ins
from sankofa.workflows.known import compute_sha256
from tests.e2e.runs import build_environment, run


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case()


@pytest.fixture(scope="module")
def media_ids(case: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    files = make_stand_ins(case.media, tmp_path_factory.mktemp("media"))
    return {key: name_medium(compute_sha256(path)) for key, path in files.items()}


@pytest.fixture
def store(demonstration: Path) -> Iterator[Store]:
    opened = open_embedded(demonstration / "sankofa.db")
    yield opened
    opened.close()


def test_every_later_use_is_matched_with_its_own_original_and_nothing_else(
    store: Store, case: Case, media_ids: dict[str, str]
) -> None:
    expected = {(media_ids[use.key], media_ids[use.of]) for use in case.media if use.role == "use" and use.of}

    found = {(match.subject_id, match.target_id) for match in store.iter_records(Match)}

    assert {key for key, media_id in media_ids.items() if media_id in {pair[0] for pair in expected - found}} == set()
    assert found - expected == set()


def test_no_look_alike_is_suggested(store: Store, case: Case, media_ids: dict[str, str]) -> None:
    decoys = [media_ids[medium.key] for medium in case.media if medium.role == "decoy"]

    assert decoys
    assert store.find_linked(Match, "media", decoys) == ()


@pytest.mark.parametrize("words", ["tunnels de Kidal", "أنفاق كيدال", "Kidal tunnels"])
def test_the_claim_is_found_in_each_language(demonstration: Path, words: str) -> None:
    answer = run(["--json", "search", words], build_environment(home=str(demonstration)))

    results = json.loads(answer.stdout)["results"]
    assert answer.returncode == 0
    assert "Kidal" in results[0]["text"]
    assert "tunnels" in results[0]["text"]
    assert {verdict["publisher"] for verdict in results[0]["verdicts"]} >= {"RFI", "FasoCheck"}


@pytest.mark.parametrize("key", ["a2-hole-use", "a2-doors-use", "a2-corridor-use", "a1-bunker-use", "a3-rafah-use"])
def test_checking_a_later_use_names_the_original_and_its_claim(
    demonstration: Path, case: Case, tmp_path: Path, media_ids: dict[str, str], key: str
) -> None:
    original = case.medium(key).of
    file = make_stand_ins(case.media, tmp_path / "media")[key]

    answer = run(["--json", "check", str(file)], build_environment(home=str(demonstration)))

    checked = json.loads(answer.stdout)
    assert original
    assert [match["media_id"] for match in checked["matches"]] == [media_ids[original]]
    assert checked["matches"][0]["claims"]
    assert checked["matches"][0]["source_urls"]


def read_report(home: Path, country: str) -> dict[str, object]:
    report: dict[str, object] = json.loads((home / "reports" / f"R-{country}-2023-11-fr.json").read_text("utf-8"))
    return report


def test_the_report_of_mali_shows_the_cases_with_their_verdicts(demonstration: Path) -> None:
    page = (demonstration / "reports" / "R-ML-2023-11-fr.html").read_text("utf-8")
    report = read_report(demonstration, "ML")

    assert report["nothing_logged"] is None or report["nothing_logged"] is False
    for publisher in ("FasoCheck", "RFI", "Benbere", "ABCB"):
        assert publisher in page
    assert "V-2023-0001.1" in page


@pytest.mark.parametrize("country", ["NE", "TD"])
def test_a_country_without_a_case_in_that_month_says_so(demonstration: Path, country: str) -> None:
    report = read_report(demonstration, country)

    assert report["cases"] == []
    assert report["nothing_logged"]


def test_the_denial_is_the_false_claim_and_its_video_authentic(store: Store) -> None:
    (denial,) = [claim for claim in store.iter_records(Claim) if "demo:M3" in claim.external_ids]
    verdicts = store.find_linked(Verdict, "claim", [denial.id])

    assert denial.about_ids
    assert {verdict.rating for verdict in verdicts} == {"false"}
    assert any("OriginalMediaContent" in review.categories for verdict in verdicts for review in verdict.media_reviews)


def test_running_it_again_adds_nothing(demonstration: Path) -> None:
    def count() -> dict[str, str]:
        shown = run(["--json", "store", "info"], build_environment(home=str(demonstration)))
        records: dict[str, str] = json.loads(shown.stdout)["records"]
        return {kind: number for kind, number in records.items() if kind not in ("cursor", "capture")}

    before = count()

    again = run(["--home", str(demonstration), "demo", "--no-serve"], build_environment())

    assert again.returncode == 0, again.stderr
    assert count() == before


def test_it_does_not_mix_with_work_of_yours(tmp_path: Path) -> None:
    environment = build_environment(home=str(tmp_path))
    added = run(["person", "add", "awa"], environment)
    claimed = run(["claim", "add", "Un tunnel", "--as", "awa"], environment)

    refused = run(["demo", "--no-serve"], environment)

    assert (added.returncode, claimed.returncode) == (0, 0)
    assert refused.returncode not in (0, 1)
    assert "--home" in refused.stderr


def test_a_page_and_a_feed_of_the_site_come_in_and_go_out_again_without_loss(
    demonstration: Path, case: Case, tmp_path: Path
) -> None:
    folder, other = demonstration / "exchange", str(tmp_path / "other")
    validate = Draft202012Validator(load_schema()).validate
    validate(json.loads((folder / "checks.json").read_text("utf-8")))
    given = [one.review for one in read_checks(folder / "checks.json") if isinstance(one, Check)]
    fed = [one.review for one in read_feed(folder / "checks.xml") if isinstance(one, Check)]
    published = sum(len(claim.checks) for claim in case.claims)

    assert [replace(one, id="", raw_json="") for one in given] == [replace(one, id="", raw_json="") for one in fed]
    assert len(given) > published
    assert {one.publisher for one in given} >= {check.publisher for claim in case.claims for check in claim.checks}
    for file, new in (
        ("feed.xml", published),
        ("page.html", 0),
        ("checks.json", len(given) - published),
        ("checks.xml", 0),
    ):
        answer = json.loads(run(["--json", "import", str(folder / file)], build_environment(home=other)).stdout)
        assert (answer["new"], answer["error"]) == (new, None), file


def test_what_was_collected_before_and_comes_in_again_changes_nothing(demonstration: Path, store: Store) -> None:
    collected = [verdict for verdict in store.iter_records(Verdict) if verdict.external]
    for file in ("feed.xml", "page.html", "checks.json", "checks.xml"):
        run(["import", str(demonstration / "exchange" / file)], build_environment(home=str(demonstration)))
    assert [verdict for verdict in store.iter_records(Verdict) if verdict.external] == collected
