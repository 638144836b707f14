import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from bench.collisions import collide, collide_twice
from tests.verify.alterations import add_words, letterbox, post_card
from tests.verify.drawing import save
from tests.verify.photographs import load_photographs
from verify.description import describe_media
from verify.evidence import MediaEvidence, compare
from verify.hashing.base import distance_bits
from verify.hashing.pdq import PDQ, SAME_PICTURE_BITS
from verify.media import open_image
from verify.recheck import Pairing, draw_windows, measure_crops

NAMES = ("astronaut", "coffee", "chelsea", "rocket")


def find(asked: Path, known: Path) -> MediaEvidence | None:
    return compare(describe_media(asked).probes, describe_media(known).fingerprints)


def holds(asked: Path, known: Path, evidence: MediaEvidence) -> bool:
    pairing = Pairing(evidence.symmetry, evidence.query_region, evidence.known_region)
    seed = hashlib.sha256(asked.read_bytes()).hexdigest()
    return measure_crops(open_image(asked), open_image(known), pairing, seed).holds


@pytest.mark.parametrize("alteration", [add_words, letterbox, post_card, ImageOps.mirror], ids=lambda a: a.__name__)
def test_what_hashes_find_in_an_altered_picture_holds(tmp_path: Path, alteration: object) -> None:
    assert callable(alteration)
    for name, photograph in load_photographs(NAMES).items():
        known = save(photograph, tmp_path / f"{name}.png")
        asked = save(alteration(photograph), tmp_path / f"{name}.jpg", quality=70)
        evidence = find(asked, known)
        assert evidence is not None, name
        assert holds(asked, known, evidence)


def make_forged(tmp_path: Path, attack: object) -> tuple[Path, Path]:
    assert callable(attack)
    photographs = load_photographs(("astronaut", "coffee"))
    carrier, target = (photographs[name].resize((512, 384)) for name in ("astronaut", "coffee"))
    forged = attack(np.asarray(carrier, dtype=np.float64), np.asarray(target, dtype=np.float64))
    asked = save(Image.fromarray(np.rint(forged).astype(np.uint8)), tmp_path / "forged.jpg", quality=92)
    return asked, save(target, tmp_path / "target.jpg", quality=92)


def test_a_forged_code_of_one_hash_is_no_match(tmp_path: Path) -> None:
    asked, known = make_forged(tmp_path, collide)
    assert distance_bits(PDQ.compute(open_image(asked)), PDQ.compute(open_image(known))) <= SAME_PICTURE_BITS
    assert find(asked, known) is None


def test_two_hashes_forged_at_once_do_not_hold(tmp_path: Path) -> None:
    asked, known = make_forged(tmp_path, collide_twice)
    evidence = find(asked, known)
    assert evidence is not None, "both hashes can be forged: this is why a match of hashes is looked at again"
    assert not holds(asked, known, evidence)


def test_the_windows_are_drawn_from_the_seed_and_lie_inside_the_frame() -> None:
    assert list(draw_windows("a")) == list(draw_windows("a"))
    assert set(draw_windows("a")).isdisjoint(draw_windows("b"))
    for window in draw_windows("a"):
        assert 0.03 <= window.left <= 0.18
        assert 0.64 <= window.width <= 0.94
        assert window.top + window.height <= 0.97
