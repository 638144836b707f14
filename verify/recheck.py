"""Does a match of hashes hold when both pictures lose the same small part of their sides?

A hash can be forged in a tenth of a second: PDQ and dHash are linear in the pixels, so a picture is changed, hardly visibly,
until both are those of another (`python -m bench collisions`). Such a code holds for the frame that it was made for. The same
picture keeps near codes in every window, a forged one loses them in windows that its maker did not think of. It is a hurdle and
no proof: who knows these windows forges them as well, in a third of a second. Proof is in the geometry (`verify.agreement`).
"""

from PIL import Image

from verify.evidence import MediaEvidence
from verify.hashing.base import distance_bits
from verify.hashing.pdq import PDQ
from verify.hashing.symmetry import apply_symmetry
from verify.regions import crop_region

WINDOWS: tuple[tuple[float, float, float, float], ...] = (
    (0.03, 0.03, 0.97, 0.97),
    (0.08, 0.08, 0.92, 0.92),
    (0.0, 0.0, 0.85, 0.85),
    (0.15, 0.0, 1.0, 0.85),
    (0.0, 0.15, 0.85, 1.0),
    (0.15, 0.15, 1.0, 1.0),
)
"""Left, top, right, bottom, as fractions of both pictures."""

HOLDING_BITS = 86
"""Largest distance, over all windows, of pictures that are the same.

Source: own measurement (`python -m bench collisions`): 20 forged pairs 102 and more, 316 true pairs that two hashes found
62 and less in 99 %, 82 at most.
"""

_WORKING_SIDE = 512


def measure_recheck(query: Image.Image, known: Image.Image, evidence: MediaEvidence) -> int:
    """The largest PDQ distance of the two over `WINDOWS`, after what the evidence says turns the query into the known one.

    To be held against `HOLDING_BITS`. Both pictures upright; of videos the frames that met.
    """
    turned = apply_symmetry(_prepare(crop_region(query, evidence.query_region)), evidence.symmetry)
    whole = _prepare(crop_region(known, evidence.known_region))
    return max(distance_bits(PDQ.compute(_cut(turned, window)), PDQ.compute(_cut(whole, window))) for window in WINDOWS)


def _prepare(image: Image.Image) -> Image.Image:
    factor = min(image.size) // _WORKING_SIDE
    grey = image if image.mode == "L" else image.convert("L")
    return grey.reduce(factor) if factor > 1 else grey


def _cut(image: Image.Image, window: tuple[float, float, float, float]) -> Image.Image:
    left, top, right, bottom = window
    box = (
        round(left * image.width),
        round(top * image.height),
        round(right * image.width),
        round(bottom * image.height),
    )
    return image.crop((box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)))
