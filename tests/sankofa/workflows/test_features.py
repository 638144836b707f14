"""Known pictures inside other pictures: found by local features, both ways, and told with what was done."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from index.model import Match
from sankofa.desk import Desk
from sankofa.workflows import features
from sankofa.workflows.check import CheckedMatch, iter_checks
from sankofa.workflows.ingest import collect
from sankofa.workflows.known import add_known
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import ListSource, collected, open_test_desk
from tests.sankofa.workflows.test_ingest import REQUEST


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_test_desk(tmp_path)


def crop(picture: Image.Image) -> Image.Image:
    """Keep 60 % of the width and 70 % of the height."""
    width, height = picture.size
    return picture.crop((int(width * 0.2), int(height * 0.15), int(width * 0.8), int(height * 0.85)))


def screenshot(picture: Image.Image) -> Image.Image:
    """Put the picture into a phone's page with words around it."""
    page = Image.new("RGB", (720, 1280), "white")
    page.paste(picture.resize((680, 510)), (20, 340))
    ImageDraw.Draw(page).text((30, 60), "compte-demo\nUn tunnel !", fill="black", font_size=48)
    return page


def check(desk: Desk, path: Path) -> tuple[CheckedMatch, ...]:
    (result,) = iter_checks(desk, [str(path)])
    assert result.error is None
    return result.matches


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (crop, "part-of-known"),
        (screenshot, "placed-in-larger-picture"),
        (lambda picture: mirror(crop(picture)), "mirrored"),
    ],
    ids=["crop", "screenshot", "mirrored-crop"],
)
def test_a_picture_inside_another_is_found_and_what_was_done_is_said(
    desk: Desk, tmp_path: Path, alter: object, said: str
) -> None:
    known = add_known(desk, save_picture(tmp_path, "known.jpg", draw_picture(1))).item
    add_known(desk, save_picture(tmp_path, "other.jpg", draw_picture(2)))
    assert callable(alter)

    (match,) = check(desk, save_picture(tmp_path, "query.jpg", alter(draw_picture(1)), quality=75))

    assert match.item.id == known.id
    assert match.evidence is not None
    assert "local-features" in match.evidence.method
    assert said in match.evidence.alterations
    assert match.evidence.aligned_points >= 8


def test_the_kept_share_of_a_crop_is_right_to_five_points(desk: Desk, tmp_path: Path) -> None:
    add_known(desk, save_picture(tmp_path, "known.jpg", draw_picture(1)))

    (match,) = check(desk, save_picture(tmp_path, "crop.jpg", crop(draw_picture(1))))

    assert match.evidence is not None
    assert match.evidence.transformation.kept_share == pytest.approx(0.42, abs=0.05)
    assert match.evidence.distance_bits is None


def test_a_collage_shows_both_of_its_pictures(desk: Desk, tmp_path: Path) -> None:
    known = {add_known(desk, save_picture(tmp_path, f"{seed}.jpg", draw_picture(seed))).item.id for seed in (1, 2)}
    collage = Image.new("RGB", (1000, 420), "black")
    collage.paste(draw_picture(1).resize((500, 375)), (0, 20))
    collage.paste(draw_picture(2).resize((500, 375)), (500, 20))

    matches = check(desk, save_picture(tmp_path, "collage.jpg", collage))

    assert {match.item.id for match in matches} == known


def test_pictures_that_share_only_a_banner_are_no_match(desk: Desk, tmp_path: Path) -> None:
    def with_banner(seed: int) -> Image.Image:
        picture = draw_picture(seed)
        pen = ImageDraw.Draw(picture)
        pen.rectangle((0, 400, 640, 480), fill="darkred")
        pen.text((20, 415), "FLASH INFO KIDAL", fill="white", font_size=48)
        return picture

    add_known(desk, save_picture(tmp_path, "known.jpg", with_banner(1)))

    assert check(desk, save_picture(tmp_path, "other.jpg", with_banner(2))) == ()


def test_a_newly_known_picture_finds_the_crops_collected_before(desk: Desk, tmp_path: Path) -> None:
    cut = save_picture(tmp_path, "crop.jpg", crop(draw_picture(1)), quality=70)
    other = save_picture(tmp_path, "other.jpg", draw_picture(3))
    collect(desk, ListSource([collected("p1", cut), collected("p2", other)]), REQUEST)

    kept = add_known(desk, save_picture(tmp_path, "known.jpg", draw_picture(1)))

    (match,) = desk.store.iter_records(Match)
    assert [found.id for found in kept.new_matches] == [match.id]
    assert match.evidence.outcome == "part-of-known"


def test_without_opencv_the_hashes_go_on_alone(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "is_available", lambda: False)
    add_known(desk, save_picture(tmp_path, "known.jpg", draw_picture(1)))

    assert check(desk, save_picture(tmp_path, "crop.jpg", crop(draw_picture(1)))) == ()
    (match,) = check(desk, save_picture(tmp_path, "mirrored.jpg", mirror(draw_picture(1)), quality=50))
    assert match.evidence is not None
    assert match.evidence.distance_bits is not None
