from verify.elements import find_agreeing_points, rests_on
from verify.evidence import MediaEvidence, Transformation
from verify.hashing.base import Region

HALF_SIZE_AT_THE_RIGHT = ((2.0, 0.0, -1.0), (0.0, 2.0, 0.0), (0.0, 0.0, 1.0))
"""The right upper quarter of the query is the whole known picture."""


def see(
    *agreeing: Region, alignment: tuple[tuple[float, float, float], ...] | None = None, region: Region | None = None
) -> MediaEvidence:
    """Evidence of which only the places count."""
    return MediaEvidence(
        method="",
        distance_bits=None,
        witnesses=(),
        symmetry="identity",
        query_region=region,
        known_region=None,
        time_codes=(),
        transformation=Transformation(),
        alterations=(),
        agreeing=agreeing,
        alignment=alignment,
    )


def test_boxes_of_the_known_picture_are_points_of_the_query() -> None:
    points = find_agreeing_points(see(Region(0, 0, 1, 0.5), alignment=HALF_SIZE_AT_THE_RIGHT))

    assert points[:24, 48:].all()
    assert points.sum() == 24 * 48


def test_a_mirrored_picture_covers_as_much() -> None:
    mirrored = ((-2.0, 0.0, 2.0), (0.0, 2.0, 0.0), (0.0, 0.0, 1.0))

    assert find_agreeing_points(see(Region(0, 0, 1, 1), alignment=mirrored)).sum() == 48 * 48


def test_where_nothing_was_laid_over_all_of_the_region_counts() -> None:
    assert find_agreeing_points(see(region=Region(0, 0, 0.5, 1))).sum() == 96 * 48
    assert find_agreeing_points(see()).all()


def test_evidence_rests_on_what_covers_three_quarters_of_it() -> None:
    evidence = see(Region(0, 0, 1, 1), alignment=HALF_SIZE_AT_THE_RIGHT)

    assert rests_on(evidence, [see(region=Region(0.5, 0, 0.4, 0.5))])
    assert not rests_on(evidence, [see(region=Region(0.5, 0, 0.3, 0.5))])
    assert rests_on(evidence, [see(region=Region(0.5, 0, 0.3, 0.5)), see(region=Region(0.8, 0, 0.2, 0.5))])
    assert not rests_on(evidence, [])
