"""What hashes have found is looked at."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from bench._drawings import draw
from bench.collisions import collide_twice
from tests.verify.alterations import letterbox, post_card
from tests.verify.drawing import save
from tests.verify.photographs import load_photographs
from verify.confirmation import align_by_hash, confirm_by_crops, confirm_by_pixels
from verify.description import describe_media
from verify.evidence import MediaEvidence, Transformation, compare
from verify.hashing.base import Region
from verify.hashing.pdq import SAME_PICTURE_BITS
from verify.media import Frame
from verify.recognition import KnownPicture, Look, look_at
from verify.rules import HASH_AND_AGREEMENT, HASH_AND_CROPS, HASH_ONLY

pytest.importorskip("cv2", reason="OpenCV, the extra vision, is not installed")


def look(image: Image.Image) -> Look:
    return look_at(Frame(image.convert("RGB"), image.width, image.height, 0, None))


def remember(image: Image.Image, text: str | None = None) -> KnownPicture:
    small, output = image.convert("RGB"), BytesIO()
    small.thumbnail((448, 448))
    small.save(output, "JPEG", quality=82)
    return KnownPicture(output.getvalue(), image.size, text)


def find(asked: Image.Image, known: Image.Image, folder: Path) -> MediaEvidence:
    found = compare(
        describe_media(save(asked, folder / "asked.jpg", quality=92)).probes,
        describe_media(save(known, folder / "known.png")).fingerprints,
    )
    assert found is not None
    return found


@pytest.mark.parametrize("alteration", [ImageOps.mirror, letterbox, post_card], ids=lambda a: a.__name__)
def test_pixels_that_agree_make_a_match_of_hashes_sure(tmp_path: Path, alteration: object) -> None:
    assert callable(alteration)
    known = load_photographs(("astronaut",))["astronaut"]
    asked = alteration(known)

    evidence = confirm_by_pixels(find(asked, known, tmp_path), look(asked), remember(known), "seed")

    assert evidence is not None
    assert (evidence.rule, evidence.is_confident) == (HASH_AND_AGREEMENT, True)
    assert evidence.method.endswith("+agreement")
    assert evidence.distance_bits is not None
    assert evidence.transformation.mirrored is (alteration is ImageOps.mirror)
    assert evidence.alignment is not None


def test_pixels_that_contradict_forged_hashes_refuse_the_match(tmp_path: Path) -> None:
    carrier, known = (image.resize((512, 384)) for image in load_photographs(("astronaut", "coffee")).values())
    pixels = collide_twice(np.asarray(carrier, dtype=np.float64), np.asarray(known, dtype=np.float64))
    forged = Image.fromarray(np.rint(pixels).astype(np.uint8))

    by_hash = find(forged, known, tmp_path)

    assert confirm_by_pixels(by_hash, look(forged), remember(known), "seed") is None
    assert confirm_by_crops(by_hash, forged, remember(known), "seed").rule == HASH_ONLY


def test_two_flags_that_hashes_take_for_each_other_are_none(tmp_path: Path) -> None:
    known, asked = (
        draw("flag of stripes", 14, 0, []),
        draw("flag of stripes", 6, 1, []),
    )  # Sierra Leone, the Netherlands

    by_hash = find(asked, known, tmp_path)

    assert by_hash.distance_bits is not None
    assert by_hash.distance_bits > SAME_PICTURE_BITS
    assert confirm_by_pixels(by_hash, look(asked), remember(known), "seed") is None


def test_without_pixels_to_compare_a_match_must_hold_in_crops(tmp_path: Path) -> None:
    known = load_photographs(("coffee",))["coffee"]
    asked = ImageOps.mirror(known)

    evidence = confirm_by_crops(find(asked, known, tmp_path), asked, remember(known), "seed")

    assert evidence.rule == HASH_AND_CROPS


def test_the_hashes_say_where_the_pictures_lie_on_each_other() -> None:
    evidence = MediaEvidence(
        method="pdq", distance_bits=3, witnesses=(), symmetry="mirror", query_region=Region(0.0, 0.5, 0.5, 0.5),
        known_region=None, time_codes=(), transformation=Transformation(), alterations=(),
    )  # fmt: skip

    corners = align_by_hash(evidence).to_query(np.array([[0.0, 0.0], [1.0, 1.0]]))

    assert corners.round(6).tolist() == [[0.5, 0.5], [0.0, 1.0]]
