import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from tests.verify.agreement.pairs import agree, draw_card, draw_letter, draw_photo, save_again, shift
from verify.agreement import Agreement, Alignment, Outcome, TextState, measure_agreement
from verify.agreement.compare import settle_text
from verify.hashing.base import Region

SEEDS = (1, 2, 3, 4)


def assert_near(box: Region | None, expected: tuple[float, float, float, float], tolerance: float = 0.02) -> None:
    assert box is not None
    assert (box.left, box.top, box.width, box.height) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("quality", [75, 25])
def test_a_picture_saved_again_is_the_same(seed: int, quality: int) -> None:
    photo = draw_photo(seed)
    answer = agree(photo, save_again(photo, quality), shift(3.0, -2.0))
    assert answer.outcome is Outcome.SAME
    assert answer.differing == ()
    assert_near(answer.shown, (0, 0, 1, 1))


@pytest.mark.parametrize("kept", [0.75, 0.5, 0.3])
def test_a_crop_is_a_part_and_its_area_is_right(kept: float) -> None:
    photo = draw_photo(5)
    side = kept**0.5
    width, height = round(640 * side), round(480 * side)
    left, top = (640 - width) // 3, 2 * (480 - height) // 3
    query = save_again(photo.crop((left, top, left + width, top + height)))
    answer = agree(photo, query, shift(left + 3, top - 3))
    assert answer.outcome is Outcome.PART
    assert answer.numbers.kept_share == pytest.approx(kept, abs=0.02)
    assert_near(answer.shown, (left / 640, top / 480, width / 640, height / 480))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_picture_under_a_caption_is_contained_whole(seed: int) -> None:
    photo = draw_photo(seed)
    query = Image.new("RGB", (640, 620), "white")
    query.paste(photo, (0, 140))
    ImageDraw.Draw(query).text((10, 40), "Ce que personne ne dit", fill="black", font=ImageFont.load_default(40))
    answer = agree(photo, save_again(query), shift(2.0, -142.0))
    assert answer.outcome is Outcome.CONTAINS
    assert answer.numbers.kept_share == pytest.approx(1.0, abs=0.02)
    assert answer.numbers.filled_share == pytest.approx(480 / 620, abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("ground", ["white", "#121214"])
def test_what_lies_around_a_crop_in_a_page_is_no_difference(seed: int, ground: str) -> None:
    photo = draw_photo(seed)
    page = Image.new("RGB", (600, 900), ground)
    page.paste(photo.crop((64, 58, 590, 422)), (37, 250))
    ImageDraw.Draw(page).text((40, 200), "Partagez vite", fill="grey", font=ImageFont.load_default(30))
    answer = agree(photo, save_again(page, 40), shift(64 - 37, 58 - 250))
    assert answer.outcome is Outcome.PART
    assert answer.differing == ()
    assert_near(answer.shown, (64 / 640, 58 / 480, 526 / 640, 364 / 480), 0.012)


def test_a_caption_that_hides_a_part_is_not_counted_as_shown() -> None:
    photo = draw_photo(6)
    query = photo.copy()
    ImageDraw.Draw(query).rectangle((0, 0, 640, 120), fill="white")
    ImageDraw.Draw(query).text((10, 30), "Ce que personne ne dit", fill="black", font=ImageFont.load_default(40))
    answer = agree(photo, save_again(query))
    assert answer.outcome is Outcome.PART
    assert answer.numbers.kept_share == pytest.approx(0.75, abs=0.02)
    assert_near(answer.shown, (0, 0.25, 1, 0.75))


def test_what_is_laid_over_is_a_differing_box() -> None:
    photo = draw_photo(7)
    query = photo.copy()
    query.paste(draw_photo(8).resize((160, 120)), (320, 240))
    answer = agree(photo, save_again(query))
    assert answer.outcome is Outcome.SAME
    assert len(answer.differing) == 1
    assert_near(answer.differing[0], (0.5, 0.5, 0.25, 0.25), 0.06)


def test_a_mirrored_picture_is_the_same() -> None:
    photo = draw_photo(9)
    query = save_again(ImageOps.mirror(photo))
    answer = agree(photo, query, np.array([[-1.0, 0, 641], [0, 1, 2], [0, 0, 1]]))
    assert answer.outcome is Outcome.SAME
    assert answer.alignment.mirrored


@pytest.mark.parametrize("seed", SEEDS)
def test_another_letter_under_the_letterhead_is_never_the_same(seed: int) -> None:
    answer = agree(draw_letter(0), save_again(draw_letter(seed)))
    assert answer.outcome in {Outcome.SAME_LAYOUT, Outcome.SHARED_ELEMENT}
    assert answer.agreeing
    assert answer.agreeing[0].top < 0.2
    assert any(box.top + box.height > 0.3 and box.top < 0.85 for box in answer.differing)


@pytest.mark.parametrize("seed", SEEDS)
def test_other_words_beside_one_photograph_are_one_layout(seed: int) -> None:
    photo = draw_photo(20)
    answer = agree(draw_card(photo, 0), save_again(draw_card(photo, seed)))
    assert answer.outcome is Outcome.SAME_LAYOUT
    assert answer.same_photograph
    assert all(box.left > 0.48 for box in answer.differing)
    assert answer.differing


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_card_is_the_same(seed: int) -> None:
    card = draw_card(draw_photo(20), seed)
    assert agree(card, save_again(card)).outcome is Outcome.SAME


@pytest.mark.parametrize("seed", SEEDS)
def test_one_banner_under_different_photographs_is_a_shared_element(seed: int) -> None:
    pictures = []
    for photo in (draw_photo(30), draw_photo(30 + seed)):
        pen = ImageDraw.Draw(photo)
        pen.rectangle((0, 380, 640, 480), fill="navy")
        pen.text((20, 400), "EDITION SPECIALE DU SOIR", fill="white", font=ImageFont.load_default(42))
        pictures.append(photo)
    answer = agree(pictures[0], save_again(pictures[1]))
    assert answer.outcome is Outcome.SHARED_ELEMENT
    assert all(box.top > 0.7 for box in answer.agreeing)
    assert any(box.top < 0.5 for box in answer.differing)


@pytest.mark.parametrize("seed", SEEDS)
def test_unrelated_pictures_have_nothing_in_common(seed: int) -> None:
    answer = agree(draw_photo(40), draw_photo(40 + seed))
    assert answer.outcome is Outcome.NONE
    assert (answer.agreeing, answer.shown) == ((), None)


def test_flags_that_share_an_emblem_are_not_the_same() -> None:
    flags = []
    for colours in (("#14b53a", "#fcd116", "#ce1126"), ("#002664", "#fecb00", "#c60c30")):
        flag = Image.new("RGB", (600, 400))
        pen = ImageDraw.Draw(flag)
        for index, colour in enumerate(colours):
            pen.rectangle((200 * index, 0, 200 * index + 200, 400), fill=colour)
        for reach in range(20, 100, 8):
            pen.regular_polygon((300, 200, reach), 5, rotation=reach, outline="black", width=2)
        flags.append(flag)
    assert agree(flags[0], save_again(flags[0])).outcome.is_same_picture
    assert not agree(flags[0], save_again(flags[1])).outcome.is_same_picture


def test_a_letter_is_the_same_only_when_its_text_was_read() -> None:
    letter = draw_letter(0)
    answer = agree(letter, save_again(letter))
    assert (answer.outcome, answer.text) == (Outcome.SAME_LAYOUT, TextState.NOT_COMPARED)
    text = "Communiqué no 12 du 13 décembre: quatre soldats blessés"
    same = settle_text(answer, text, text.upper())
    assert (same.outcome, same.text) == (Outcome.SAME, TextState.AGREES)
    other = settle_text(answer, text, text.replace("13", "18"))
    assert (other.outcome, other.text) == (Outcome.SAME_LAYOUT, TextState.DIFFERS)


def test_the_text_of_a_photograph_is_not_asked_for() -> None:
    photo = draw_photo(1)
    answer = agree(photo, photo)
    assert answer.text is TextState.NOT_NEEDED
    assert settle_text(answer, "1", "2") == answer


@pytest.mark.parametrize("size", [(10, 400), (400, 10), (1, 1), (33, 3000)])
def test_slivers_of_pictures_are_answered(size: tuple[int, int]) -> None:
    sliver = draw_photo(1).resize(size)
    assert isinstance(agree(sliver, draw_photo(1)), Agreement)
    assert isinstance(agree(draw_photo(1), sliver), Agreement)


def test_plain_pictures_have_nothing_in_common() -> None:
    plain = np.full((300, 400), 90, np.uint8)
    whole = Alignment.from_affine(((1, 0, 0), (0, 1, 0)))
    assert measure_agreement(plain, plain, whole).outcome is Outcome.NONE


def test_the_same_pair_gives_the_same_answer() -> None:
    photo = draw_photo(2)
    query = save_again(photo.crop((40, 40, 600, 440)), 30)
    assert agree(photo, query, shift(44, 37)) == agree(photo, query, shift(44, 37))
