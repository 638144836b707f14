"""The negative bank: what shows nothing by itself is known as such, and what rested on it is withdrawn."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from index.errors import RecordNotFoundError
from index.identifiers import name_medium
from index.model import Appearance, BankEntry, Match, MediaItem, Negative
from sankofa.desk import Desk
from sankofa.errors import InputError, PersonRequiredError
from sankofa.workflows.check import iter_checks
from sankofa.workflows.features import look_at_still
from sankofa.workflows.ingest import collect
from sankofa.workflows.judge import add_person, judge_match
from sankofa.workflows.known import add_known, compute_sha256
from sankofa.workflows.near import find_near
from sankofa.workflows.negative import (
    KnownNegative,
    add_negative,
    find_negative,
    mark_negative,
    reject_as_negative,
    rests_on_negative,
    unmark_negative,
)
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import NOW, ListSource, collected, open_test_desk
from tests.sankofa.workflows.test_ingest import REQUEST
from verify.description import ENGINE
from verify.errors import MediaRefusedError
from verify.features import is_available
from verify.reading import read_medium
from verify.recognition import METHOD

needs_features = pytest.mark.skipif(not is_available(), reason="needs the extra vision")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = open_test_desk(tmp_path, person_id="awa")
    add_person(desk, "awa", name="Awa Diarra", organisation="Desk")
    return desk


def suggest(desk: Desk, folder: Path, *copies: Image.Image, seed: int = 1) -> list[Match]:
    """Make the picture of *seed* known and collect *copies*; returns the matches, by subject as collected."""
    add_known(desk, save_picture(folder, f"known-{seed}.jpg", draw_picture(seed)))
    paths = [save_picture(folder, f"{seed}-{n}.jpg", copy, quality=60) for n, copy in enumerate(copies)]
    source = ListSource([collected(path.stem, path) for path in paths], name=f"list-{seed}")
    collect(desk, source, REQUEST)
    subjects = [name_medium(compute_sha256(path)) for path in paths]
    return [match for subject in subjects for match in desk.store.find_linked(Match, "subject", [subject])]


def find(desk: Desk, path: Path) -> tuple[KnownNegative, ...]:
    reading = read_medium(path)
    medium = name_medium(compute_sha256(path))
    near = find_near(desk, reading.description.probes, "negative")
    return find_negative(desk, medium, reading.description, look_at_still(desk, reading, path), near)


def place(picture: Image.Image, size: tuple[int, int] = (1200, 1000)) -> Image.Image:
    """Lay a picture onto a white page."""
    page = Image.new("RGB", size, "white")
    page.paste(picture, (100, 200))
    return page


def test_the_suggestions_of_a_negative_medium_are_withdrawn_with_who_and_why(desk: Desk, tmp_path: Path) -> None:
    first, second = suggest(desk, tmp_path, draw_picture(1), mirror(draw_picture(1)))
    (other,) = suggest(desk, tmp_path, draw_picture(2), seed=2)

    change = mark_negative(desk, first.target_id, label="flag", reason="hangs everywhere")

    assert {match.id for match in change.matches} == {first.id, second.id}
    for match in (first, second):
        kept = desk.store.get(Match, match.id)
        assert (kept.status, kept.judged_by, kept.judged_at, kept.revision) == ("rejected", "awa", NOW, 2)
        assert first.target_id in kept.reason
        assert "flag" in kept.reason
    assert desk.store.get(Match, other.id) == other
    negative = desk.store.get(Negative, first.target_id)
    assert (negative.label, negative.active, negative.reason) == ("flag", True, "hangs everywhere")
    assert (negative.revised_by, negative.revised_at) == ("awa", NOW)


def test_what_a_person_has_judged_stays(desk: Desk, tmp_path: Path) -> None:
    first, second = suggest(desk, tmp_path, draw_picture(1), mirror(draw_picture(1)))
    judged = judge_match(desk, first.id, "confirmed", reason="compared")

    change = mark_negative(desk, first.target_id, label="flag")

    assert [match.id for match in change.matches] == [second.id]
    assert desk.store.get(Match, first.id) == judged


def test_marking_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    (match,) = suggest(desk, tmp_path, draw_picture(1))
    first = mark_negative(desk, match.target_id, label="flag")

    second = mark_negative(desk, match.target_id, label="flag")

    assert second == replace(first, matches=())
    assert mark_negative(desk, match.target_id, label="flag of Mali").negative.revision == 2


def test_a_suggestion_of_another_medium_over_the_same_region_is_withdrawn_too(desk: Desk, tmp_path: Path) -> None:
    copies = [mirror(draw_picture(1)), place(draw_picture(1))]
    matches = suggest(desk, tmp_path, *copies)
    flag = save_picture(tmp_path, "flag.jpg", draw_picture(1), quality=35)
    assert [match.evidence.query_region is None for match in matches] == [True, False]

    change = add_negative(desk, flag, label="flag")

    assert {match.id for match in change.matches} == {match.id for match in matches}


def test_a_suggestion_over_another_region_of_the_same_page_stays(desk: Desk, tmp_path: Path) -> None:
    page = place(draw_picture(1), (1200, 1600))
    page.paste(draw_picture(2), (300, 900))
    path = save_picture(tmp_path, "page.jpg", page)
    for seed in (1, 2):
        add_known(desk, save_picture(tmp_path, f"known-{seed}.jpg", draw_picture(seed)))
    collect(desk, ListSource([collected("page", path)]), REQUEST)
    before = {match.target_id: match for match in desk.store.iter_records(Match)}
    assert len(before) == 2

    change = add_negative(desk, save_picture(tmp_path, "flag.jpg", draw_picture(1), quality=35), label="flag")

    flag = name_medium(compute_sha256(tmp_path / "known-1.jpg"))
    assert [match.target_id for match in change.matches] == [flag]


def test_a_wrong_suggestion_puts_its_known_medium_into_the_bank(desk: Desk, tmp_path: Path) -> None:
    first, second = suggest(desk, tmp_path, draw_picture(1), mirror(draw_picture(1)))

    rejected, change = reject_as_negative(desk, first.id, label="lower third")

    assert (rejected.status, rejected.reason) == ("rejected", "lower third")
    assert change.negative.id == first.target_id
    assert [match.id for match in change.matches] == [second.id]


def test_taken_out_again_what_was_withdrawn_is_suggested_again_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    first, second = suggest(desk, tmp_path, draw_picture(1), mirror(draw_picture(1)))
    reject_as_negative(desk, first.id, label="flag")

    change = unmark_negative(desk, first.target_id, reason="a picture of its own")

    assert not change.negative.active
    assert [match.id for match in change.matches] == [second.id]
    again = desk.store.get(Match, second.id)
    assert (again.status, again.judged_by, again.reason) == ("suggested", None, "a picture of its own")
    assert desk.store.get(Match, first.id).status == "rejected"
    assert find(desk, tmp_path / "known-1.jpg") == ()
    assert unmark_negative(desk, first.target_id).negative == change.negative
    assert mark_negative(desk, first.target_id, label="flag").negative.active


def test_a_file_of_the_bank_is_neither_known_nor_seen(desk: Desk, tmp_path: Path) -> None:
    add_negative(desk, save_picture(tmp_path, "flag.jpg", draw_picture(1)), label="flag")

    (entry,) = desk.store.iter_records(BankEntry)
    assert entry.bank == "negative"
    assert list(desk.store.iter_records(Appearance)) == []
    assert list(desk.store.iter_records(Match)) == []


def test_it_is_found_as_a_whole_as_a_part_and_byte_by_byte(desk: Desk, tmp_path: Path) -> None:
    flag = save_picture(tmp_path, "flag.jpg", draw_picture(1))
    marked = add_negative(desk, flag, label="flag").negative

    (same,), (copy,), (part,) = (
        find(desk, path)
        for path in (
            flag,
            save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=40),
            save_picture(tmp_path, "part.jpg", place(draw_picture(1))),
        )
    )

    assert same == KnownNegative(negative=marked, evidence=None)
    assert copy.evidence is not None
    assert copy.evidence.query_region is None
    assert part.evidence is not None
    assert part.evidence.query_region is not None
    assert find(desk, save_picture(tmp_path, "other.jpg", draw_picture(2))) == ()


def test_evidence_rests_on_it_where_both_look_at_one_region(desk: Desk, tmp_path: Path) -> None:
    add_negative(desk, save_picture(tmp_path, "flag.jpg", draw_picture(1)), label="flag")
    whole = find(desk, save_picture(tmp_path, "copy.jpg", draw_picture(1), quality=40))
    part = find(desk, save_picture(tmp_path, "part.jpg", place(draw_picture(1))))

    assert rests_on_negative(whole[0].evidence, whole)
    assert rests_on_negative(part[0].evidence, part)
    assert not rests_on_negative(whole[0].evidence, part)
    assert not rests_on_negative(whole[0].evidence, ())
    assert not rests_on_negative(None, whole)


def test_the_words_of_the_known_medium_go_with_it(desk: Desk, tmp_path: Path) -> None:
    kept = add_known(desk, save_picture(tmp_path, "a.jpg", draw_picture(1))).item
    plain = desk.store.get(BankEntry, f"{kept.id}.known.{ENGINE}")
    other = open_test_desk(tmp_path, person_id="awa")
    add_person(other, "awa")
    other.store.add([kept, replace(plain, words=("0a1b", "0c2d"), features="AAAA")])

    mark_negative(other, kept.id, label="flag")

    (hit,) = other.store.find_features(["0a1b"], limit=5, bank="negative")
    assert hit.media_id == kept.id
    assert other.store.get(BankEntry, hit.entry_id).features == "AAAA"


def test_nothing_is_marked_without_a_person_a_label_or_a_medium(desk: Desk, tmp_path: Path) -> None:
    flag = save_picture(tmp_path, "flag.jpg", draw_picture(1))
    text = tmp_path / "text.jpg"
    text.write_text("no picture")

    with pytest.raises(PersonRequiredError):
        add_negative(replace(desk, person_id=""), flag, label="flag")
    with pytest.raises(InputError, match="flag"):
        add_negative(desk, flag, label=" ")
    with pytest.raises(InputError, match="No such file"):
        add_negative(desk, tmp_path / "none.jpg", label="flag")
    with pytest.raises(MediaRefusedError):
        add_negative(desk, text, label="flag")
    with pytest.raises(RecordNotFoundError):
        mark_negative(desk, "M-NONE", label="flag")
    with pytest.raises(RecordNotFoundError):
        unmark_negative(desk, "M-NONE")

    assert desk.store.count(Negative) == desk.store.count(BankEntry) == desk.store.count(MediaItem) == 0


def crop(picture: Image.Image) -> Image.Image:
    """Keep most of a picture: too little for hashes of whole frames."""
    return picture.crop((int(picture.width * 0.12), int(picture.height * 0.1), picture.width, picture.height))


def page_of_two(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two pictures side by side, edge to edge, so that no rectangle parts them for hashes."""
    page = Image.new("RGB", (left.width + right.width, max(left.height, right.height)), "gray")
    page.paste(left, (0, 0))
    page.paste(right, (left.width, 0))
    return page


@needs_features
def test_what_rests_on_a_negative_inside_another_picture_is_no_evidence_and_what_stands_beside_it_is(
    desk: Desk, tmp_path: Path
) -> None:
    flag, photograph = draw_picture(1), draw_picture(2)
    known = [add_known(desk, save_picture(tmp_path, f"{n}.jpg", p)).item for n, p in enumerate((flag, photograph))]
    add_negative(desk, save_picture(tmp_path, "flag.jpg", flag, quality=40), label="flag")
    page = save_picture(tmp_path, "page.jpg", page_of_two(crop(flag), photograph))

    (result,) = iter_checks(desk, [str(page)])

    assert [match.item.id for match in result.matches] == [known[1].id]
    (shown,) = result.negative
    assert shown.evidence is not None
    assert shown.evidence.method == METHOD
    assert shown.evidence.query_region is not None
    assert shown.evidence.query_region.left + shown.evidence.query_region.width < 0.6


@needs_features
def test_a_suggestion_that_rests_on_it_by_its_pixels_is_withdrawn(desk: Desk, tmp_path: Path) -> None:
    flag, photograph = draw_picture(1), draw_picture(2)
    for number, picture in enumerate((flag, photograph)):
        add_known(desk, save_picture(tmp_path, f"{number}.jpg", picture))
    page = save_picture(tmp_path, "page.jpg", page_of_two(crop(flag), photograph))
    collect(desk, ListSource([collected("page", page)]), REQUEST)
    assert desk.store.count(Match) == 2

    change = add_negative(desk, save_picture(tmp_path, "flag.jpg", flag, quality=40), label="flag")

    flag_id = name_medium(compute_sha256(tmp_path / "0.jpg"))
    assert [match.target_id for match in change.matches] == [flag_id]
