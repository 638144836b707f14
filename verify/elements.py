"""Where in a picture does something lie that shows nothing by itself, and does a match rest on it?

A flag, a map, a logo or a channel's card may fill a picture or a corner of it. It is found as known pictures are, by local
features and agreement, and for this its words may be others: a lower third is the same lower third whatever it says.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from verify.agreement import Alignment, Outcome, measure_agreement
from verify.agreement.alignment import Points, box_corners
from verify.evidence import MediaEvidence
from verify.features import NOMINATING_SPREAD_INLIERS, LocalFeatures, verify_geometry
from verify.hashing.base import Region
from verify.recognition import KnownPicture, Look, build_evidence

RESTING_SHARE = 0.75
"""A match rests on an element when the element covers this share of what agrees in it. Source: own choice, the same as for the
regions of hashes."""

LEAST_SHOWN_SHARE = 0.5
"""How much of the element must be there. Source: own choice: a photograph from a card that was put into the bank is less than
half of the card, and remains evidence elsewhere."""

_GRID = 96
_WHOLE = Region(0.0, 0.0, 1.0, 1.0)

Mask = npt.NDArray[np.bool_]
"""(96, 96): points of the query's frame, evenly spread."""


def find_element(
    look: Look, element: LocalFeatures, mirrored: bool, open_element: Callable[[], KnownPicture]
) -> MediaEvidence | None:
    """Where the picture shows the element: all of it or at least half, alike or in the same layout; ``None`` if it does not."""
    geometry = verify_geometry(look.features, element, mirrored, NOMINATING_SPREAD_INLIERS)
    if geometry is None:
        return None
    known = open_element()
    thumbnail = np.asarray(known.open_thumbnail().convert("L"))
    agreement = measure_agreement(thumbnail, look.grey, Alignment.from_affine(geometry.affine))
    alike = agreement.outcome.is_same_picture or agreement.outcome is Outcome.SAME_LAYOUT
    if not alike or agreement.numbers.kept_share < LEAST_SHOWN_SHARE:
        return None
    evidence = build_evidence(look, known, agreement, geometry.spread_inliers)
    return evidence if evidence.query_region else replace(evidence, query_region=_bound(find_agreeing_points(evidence)))


def rests_on(evidence: MediaEvidence, elements: Iterable[MediaEvidence]) -> bool:
    """Tell whether what agrees in the picture lies, to three quarters or more, within what agrees with the elements."""
    agreeing = find_agreeing_points(evidence)
    covered = np.zeros_like(agreeing)
    for element in elements:
        covered |= find_agreeing_points(element)
    return int((agreeing & covered).sum()) >= RESTING_SHARE * max(1, int(agreeing.sum()))


def find_agreeing_points(evidence: MediaEvidence) -> Mask:
    """The points of the query's frame at which it agrees with the other picture; all of the region where only hashes say so."""
    if evidence.alignment is None or not evidence.agreeing:
        return _fill(_corners(evidence.query_region or _WHOLE))
    alignment = Alignment(evidence.alignment)
    found = np.zeros((_GRID, _GRID), dtype=bool)
    for box in evidence.agreeing:
        found |= _fill(alignment.to_query(_corners(box)))
    return found


def _corners(box: Region) -> Points:
    return box_corners(box.left, box.top, box.width, box.height)


def _fill(polygon: Points) -> Mask:
    """The points inside a convex polygon, whichever way round it goes."""
    places = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(places, places)
    sides = [
        (end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0])
        for start, end in zip(polygon, np.roll(polygon, -1, axis=0), strict=True)
    ]
    return np.asarray(np.all(np.array(sides) >= 0, axis=0) | np.all(np.array(sides) <= 0, axis=0), dtype=np.bool_)


def _bound(points: Mask) -> Region | None:
    """The box around the points; None for none of them, and for all of the frame."""
    rows, columns = np.flatnonzero(points.any(axis=1)), np.flatnonzero(points.any(axis=0))
    if not len(rows) or points.all():
        return None
    left, top = int(columns[0]), int(rows[0])
    width, height = int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top
    return Region(left / _GRID, top / _GRID, width / _GRID, height / _GRID)
