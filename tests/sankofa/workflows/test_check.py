"""Checking a picture: what is answered, and that nothing is kept."""

from pathlib import Path

import pytest

from index.model import Appearance, BankEntry, Claim, ClaimMedia, Match, MediaItem, Wording
from sankofa.desk import Desk
from sankofa.workflows.check import CheckResult, iter_checks
from sankofa.workflows.ingest import collect
from sankofa.workflows.judge import add_claim, add_person, judge_match
from sankofa.workflows.known import add_known
from sankofa.workflows.negative import add_negative, mark_negative, unmark_negative
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import ListSource, collected, keep_verdict, open_test_desk
from tests.sankofa.workflows.test_ingest import REQUEST


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa", name="Awa", organisation="Desk")
    return desk


def check(desk: Desk, *paths: Path) -> list[CheckResult]:
    return list(iter_checks(desk, [str(path) for path in paths]))


def test_a_picture_never_seen_is_answered_without_a_match(desk: Desk, tmp_path: Path) -> None:
    (result,) = check(desk, save_picture(tmp_path, "a.jpg", draw_picture(1)))

    assert (result.kind, result.matches, result.error) == ("image", (), None)


def test_the_same_file_is_found_by_its_sha_256(desk: Desk, tmp_path: Path) -> None:
    path = save_picture(tmp_path, "a.jpg", draw_picture(1))
    known = add_known(desk, path, source_url="https://old.example/a").item

    (result,) = check(desk, path)

    (match,) = result.matches
    assert (match.item.id, match.method, match.evidence) == (known.id, "sha-256", None)
    assert [place.url for place in match.appearances] == ["https://old.example/a"]


def test_an_altered_copy_is_suggested_with_claims_and_verdicts_of_the_known_medium(desk: Desk, tmp_path: Path) -> None:
    known = add_known(desk, save_picture(tmp_path, "a.jpg", draw_picture(1))).item
    claim = add_claim(
        desk, Claim(id="", wordings=(Wording("fr", "Un tunnel à Kidal"),), media=(ClaimMedia(known.id, "original"),))
    )
    verdict = keep_verdict(desk, claim.id)

    (result,) = check(desk, save_picture(tmp_path, "b.jpg", mirror(draw_picture(1)), quality=35))

    (match,) = result.matches
    assert match.status == "suggested"
    assert match.evidence is not None
    assert match.evidence.distance_bits is not None
    assert match.evidence.distance_bits <= 62
    assert [(found.claim.id, [v.id for v in found.verdicts]) for found in match.claims] == [(claim.id, [verdict.id])]


def test_a_judgement_on_the_same_pair_is_shown(desk: Desk, tmp_path: Path) -> None:
    add_known(desk, save_picture(tmp_path, "a.jpg", draw_picture(1)))
    copy = save_picture(tmp_path, "b.jpg", mirror(draw_picture(1)), quality=35)
    collect(desk, ListSource([collected("p1", copy)]), REQUEST)
    (match,) = desk.store.iter_records(Match)
    judge_match(desk, match.id, "rejected", reason="another tunnel")

    (result,) = check(desk, copy)

    assert [found.status for found in result.matches] == ["rejected"]


def test_checking_keeps_nothing(desk: Desk, tmp_path: Path) -> None:
    check(desk, save_picture(tmp_path, "a.jpg", draw_picture(1)))

    assert [desk.store.count(kind) for kind in (MediaItem, BankEntry, Appearance, Match)] == [0, 0, 0, 0]
    assert list(desk.vault.iter_originals()) == []


def test_keeping_makes_it_seen_but_never_known(desk: Desk, tmp_path: Path) -> None:
    path = save_picture(tmp_path, "a.jpg", draw_picture(1))

    list(iter_checks(desk, [str(path)], keep=True))

    assert [entry.bank for entry in desk.store.iter_records(BankEntry)] == ["seen"]
    assert check(desk, path)[0].matches == ()


def test_a_folder_is_walked_to_the_bottom_one_result_a_file(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep" / "deeper").mkdir(parents=True)
    save_picture(folder, "b.jpg", draw_picture(1))
    save_picture(folder / "deep" / "deeper", "a.jpg", draw_picture(2))
    (folder / "deep" / "note.txt").write_text("no picture")

    results = check(desk, folder)

    names = [result.input.removeprefix(str(folder)) for result in results]
    assert names == ["/b.jpg", "/deep/note.txt", "/deep/deeper/a.jpg"]
    assert [result.error is None for result in results] == [True, False, True]


def test_what_is_not_there_or_empty_or_cut_is_refused_with_a_reason(desk: Desk, tmp_path: Path) -> None:
    whole = save_picture(tmp_path, "whole.jpg", draw_picture(1)).read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.jpg").write_bytes(b"")

    results = check(desk, tmp_path / "none.jpg", tmp_path / "empty.jpg", tmp_path / "cut.jpg")

    assert all(result.error and not result.matches for result in results)


def test_a_forbidden_address_is_refused_with_a_reason(desk: Desk) -> None:
    (result,) = iter_checks(desk, ["http://169.254.169.254/latest/meta-data"])

    assert result.error
    assert "no network in this test" in result.error


def test_what_shows_nothing_by_itself_is_known_as_such_and_suggests_nothing(desk: Desk, tmp_path: Path) -> None:
    known = add_known(desk, save_picture(tmp_path, "a.jpg", draw_picture(1))).item
    copy = save_picture(tmp_path, "b.jpg", mirror(draw_picture(1)), quality=35)
    assert check(desk, copy)[0].matches
    mark_negative(desk, known.id, label="flag of Mali")

    copied, same = check(desk, copy, tmp_path / "a.jpg")

    assert copied.matches == same.matches == ()
    assert [(n.negative.id, n.negative.label) for n in (*copied.negative, *same.negative)] == [
        (known.id, "flag of Mali")
    ] * 2
    collect(desk, ListSource([collected("p1", copy)]), REQUEST)
    assert list(desk.store.iter_records(Match)) == []
    unmark_negative(desk, known.id)
    assert check(desk, copy)[0].matches
    assert check(desk, copy)[0].negative == ()


def test_another_known_medium_over_the_same_region_is_not_suggested_either(desk: Desk, tmp_path: Path) -> None:
    add_known(desk, save_picture(tmp_path, "a.jpg", draw_picture(1)))
    add_negative(desk, save_picture(tmp_path, "flag.jpg", draw_picture(1), quality=50), label="flag")

    (result,) = check(desk, save_picture(tmp_path, "b.jpg", mirror(draw_picture(1)), quality=35))

    assert result.matches == ()
    assert [known.negative.label for known in result.negative] == ["flag"]
