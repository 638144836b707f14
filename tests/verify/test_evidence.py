from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import TypeAdapter

from tests.verify.drawing import draw_page, draw_scene, save
from tests.verify.photographs import load_photographs
from verify.description import describe_media
from verify.evidence import (
    CANDIDATE_RADIUS_BITS,
    MAXIMUM_FLAT_SHARE,
    MediaEvidence,
    compare,
)
from verify.hashing.base import Fingerprint, Region
from verify.hashing.pdq import measure_flat_share
from verify.hashing.symmetry import SYMMETRIES, apply_symmetry, invert, is_mirrored, rotation_degrees

PART = Region(0.1, 0.1, 0.5, 0.5)
TOP = Region(0.0, 0.2, 1.0, 0.8)


def code(bits: int, width: int) -> str:
    """A code at that distance from zero."""
    return f"{(1 << bits) - 1:0{width // 4}x}"


def view(pdq: int, dhash: int | None = 0, phash: int | None = 0, **where: Any) -> list[Fingerprint]:
    """The hashes of one view, each at a distance from the view with all zeros."""
    quality, flat = where.pop("quality", 90), where.pop("flat_share", 0.1)
    hashes = [Fingerprint("pdq", code(pdq, 256), quality=quality, flat_share=flat)]
    if dhash is not None:
        hashes.append(Fingerprint("dhash", code(dhash, 64)))
    if phash is not None:
        hashes.append(Fingerprint("phash", code(phash, 64)))
    return [replace(h, **where) for h in hashes]


KNOWN = view(0)


@pytest.mark.parametrize(
    ("pdq", "dhash", "phash", "method"),
    [
        (0, 0, 0, "pdq+phash+dhash"),
        (31, 6, 9, "pdq+phash+dhash"),
        (31, 6, 10, "pdq+dhash"),
        (31, 7, 0, None),
        (31, None, None, "pdq"),
        (31, None, 0, "pdq"),
        (32, 5, 10, "pdq+dhash"),
        (32, 6, 0, None),
        (62, 5, 9, "pdq+phash+dhash"),
        (62, None, 0, None),
        (62, None, None, None),
        (63, 0, 0, None),
        (256, 0, 0, None),
    ],
)
def test_the_table_of_rules(pdq: int, dhash: int | None, phash: int | None, method: str | None) -> None:
    evidence = compare(view(pdq, dhash, phash), KNOWN)
    assert (evidence and evidence.method) == method
    assert evidence is None or evidence.distance_bits == pdq


def test_the_store_is_asked_as_far_as_the_rules_go() -> None:
    assert compare(view(CANDIDATE_RADIUS_BITS), KNOWN) is not None
    assert compare(view(CANDIDATE_RADIUS_BITS + 1), KNOWN) is None


def test_the_witnesses_that_agree_are_named_with_their_distance() -> None:
    evidence = compare(view(10, 2, 3), KNOWN)
    assert evidence is not None
    assert evidence.witnesses == (("phash", 3), ("dhash", 2))


@pytest.mark.parametrize("quality", [None, 0, 49])
def test_low_quality_on_either_side_never_matches(quality: int | None) -> None:
    poor = view(0, quality=quality)
    assert compare(poor, KNOWN) is None
    assert compare(KNOWN, poor) is None
    assert compare(view(0, quality=50), KNOWN) is not None


def test_a_mostly_flat_picture_on_either_side_never_matches() -> None:
    page = view(0, flat_share=MAXIMUM_FLAT_SHARE + 0.01)
    assert compare(page, KNOWN) is None
    assert compare(KNOWN, page) is None
    assert compare(view(0, flat_share=MAXIMUM_FLAT_SHARE), KNOWN) is not None


def test_nothing_to_compare_is_no_match() -> None:
    assert compare([], KNOWN) is None
    assert compare(KNOWN, []) is None
    assert compare([f for f in KNOWN if f.algorithm != "pdq"], KNOWN) is None


def test_a_witness_of_another_region_or_symmetry_is_not_heard() -> None:
    apart = [*view(40, None, None, region=PART), *view(90, 0, 0), *view(90, 0, 0, region=PART, symmetry="mirror")]
    assert compare(apart, KNOWN) is None


def test_the_nearest_view_decides_and_the_whole_frame_before_a_part() -> None:
    evidence = compare([*view(20), *view(8, region=PART), *view(8, symmetry="mirror")], KNOWN)
    assert evidence is not None
    assert (evidence.distance_bits, evidence.symmetry, evidence.query_region) == (8, "mirror", None)


@pytest.mark.parametrize(
    ("where", "alterations"),
    [
        ({}, ("re-encoded",)),
        ({"symmetry": "mirror"}, ("mirrored",)),
        ({"symmetry": "rotate-270"}, ("rotated-90",)),
        ({"symmetry": "rotate-180", "region": TOP}, ("rotated-180", "border-or-caption-added")),
        ({"symmetry": "flip"}, ("mirrored", "rotated-180")),
        ({"region": PART}, ("placed-in-larger-picture",)),
    ],
)
def test_alterations_are_what_symmetry_and_region_say(where: dict[str, Any], alterations: tuple[str, ...]) -> None:
    evidence = compare(view(4, **where), KNOWN)
    assert evidence is not None
    assert evidence.alterations == alterations


def test_beyond_31_bits_the_content_has_changed() -> None:
    evidence = compare(view(40), KNOWN)
    assert evidence is not None
    assert evidence.alterations == ("content-changed",)


def test_what_two_symmetries_say_alike_likely_is_unknown() -> None:
    evidence = compare([*view(4), *view(10, symmetry="mirror")], KNOWN)
    assert evidence is not None
    assert (evidence.transformation.mirrored, evidence.transformation.rotated_degrees) == (None, 0)
    assert evidence.alterations == ("re-encoded",)


def test_regions_of_both_sides_are_told() -> None:
    evidence = compare(view(0, region=TOP), view(0, region=PART))
    assert evidence is not None
    assert (evidence.query_region, evidence.known_region) == (TOP, PART)
    assert (evidence.transformation.placed_in, evidence.transformation.taken_from) == (TOP, PART)
    assert "part-of-known" in evidence.alterations


def test_time_codes_pair_each_frame_of_the_query_once_in_order() -> None:
    query = [*view(9, frame_index=0, at_seconds=0.0), *view(5, frame_index=1, at_seconds=2.0)]
    known = [*view(0, frame_index=0, at_seconds=7.0), *view(60, 60, 60, frame_index=1, at_seconds=9.0)]
    evidence = compare(query, known)
    assert evidence is not None
    assert evidence.time_codes == ((0.0, 7.0), (2.0, 7.0))


def test_a_still_against_a_video_has_one_side_of_the_time_code() -> None:
    evidence = compare(view(0), view(0, frame_index=3, at_seconds=12.0))
    assert evidence is not None
    assert evidence.time_codes == ((None, 12.0),)


def test_two_stills_have_no_time_codes() -> None:
    evidence = compare(KNOWN, KNOWN)
    assert evidence is not None
    assert evidence.time_codes == ()


@pytest.mark.parametrize("symmetry", SYMMETRIES)
def test_every_turn_of_a_picture_is_named_from_both_sides(tmp_path: Path, symmetry: str) -> None:
    scene = draw_scene(11)
    known = describe_media(save(scene, tmp_path / "known.png"))
    query = describe_media(save(apply_symmetry(scene, symmetry), tmp_path / "query.jpg"))
    asked = compare(query.probes, known.fingerprints)
    seen = compare(query.seen_fingerprints, known.probes)
    for evidence in (asked, seen):
        assert evidence is not None
        assert evidence.symmetry == invert(symmetry)
        assert evidence.transformation.mirrored == is_mirrored(symmetry)
        assert evidence.transformation.rotated_degrees == rotation_degrees(symmetry)


def test_every_field_survives_the_way_through_json() -> None:
    evidence = compare(
        view(8, 1, 1, region=TOP, symmetry="mirror", at_seconds=1.0), view(0, region=PART, at_seconds=2.0)
    )
    adapter = TypeAdapter(MediaEvidence)
    assert evidence is not None
    assert adapter.validate_json(adapter.dump_json(evidence)) == evidence


@given(st.integers(0, 256), st.integers(0, 64), st.integers(0, 64))
@settings(max_examples=60)
def test_the_decision_is_the_same_from_both_sides(pdq: int, dhash: int, phash: int) -> None:
    there, back = compare(view(pdq, dhash, phash), KNOWN), compare(KNOWN, view(pdq, dhash, phash))
    assert (there and there.method) == (back and back.method)


def test_photographs_are_under_the_flat_limit_and_pages_over_it() -> None:
    photographs = [measure_flat_share(np.asarray(image.convert("L"))) for image in load_photographs().values()]
    pages = [measure_flat_share(np.asarray(draw_page(seed).convert("L"))) for seed in range(6)]
    blank = measure_flat_share(np.asarray(Image.new("L", (64, 64), 255)))
    assert max(photographs) < MAXIMUM_FLAT_SHARE - 0.05 < MAXIMUM_FLAT_SHARE + 0.05 < min(pages) <= blank
