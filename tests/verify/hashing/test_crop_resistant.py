import imagehash

from tests.verify.drawing import draw_scene
from tests.verify.photographs import load_photographs
from verify.hashing.crop_resistant import NAME, compute_segments, count_agreeing_segments

SCENE = draw_scene(1, 400, 300)


def test_the_codes_are_those_of_imagehash() -> None:
    found = compute_segments(SCENE)
    assert [f.code for f in found] == str(imagehash.crop_resistant_hash(SCENE)).split(",")
    assert {(f.algorithm, f.bits) for f in found} == {(NAME, 64)}


def test_a_crop_shares_segments_with_the_whole() -> None:
    photograph = load_photographs(("coffee",))["coffee"]
    width, height = photograph.size
    part = photograph.crop((0, 0, width * 9 // 10, height * 9 // 10))
    assert count_agreeing_segments(compute_segments(part), compute_segments(photograph)) >= 1


def test_segments_are_counted_once_each() -> None:
    segments = compute_segments(SCENE)
    assert count_agreeing_segments(segments, segments * 3) == len(segments)
    assert count_agreeing_segments(segments, ()) == 0
