"""What hashes say is looked at: the two pictures are laid over each other as the hashes say they lie.

Where the pixels agree the match is confident; where they contradict it there is no match; where too little can be compared,
or no OpenCV is there, the hashes are asked again in crops that nobody can foresee (:mod:`verify.recheck`).
"""

from dataclasses import replace

import numpy as np
from PIL import Image

from verify.agreement import Agreement, Alignment, Outcome
from verify.evidence import MediaEvidence
from verify.hashing.base import Region
from verify.hashing.pdq import SAME_PICTURE_BITS
from verify.hashing.symmetry import build_symmetry_matrix
from verify.recheck import Pairing, measure_crops
from verify.recognition import KnownPicture, Look, build_evidence, lay_over, name_text
from verify.rules import HASH_AND_AGREEMENT, HASH_AND_CROPS, HASH_ONLY

AGREEMENT = "agreement"
"""Stands in the method where pixels were compared without local features."""

CROPS = "crops"

_WHOLE = Region(0.0, 0.0, 1.0, 1.0)
_LEAST_TEXTURE = 0.2
"""Share of the overlap that must hold something before its disagreement says anything.

Source: own measurement; photographs have 0.5 and more, flags and plain cards less than this.
"""


def confirm_by_pixels(by_hash: MediaEvidence, look: Look, known: KnownPicture, seed: str) -> MediaEvidence | None:
    """The same match with what the pixels say of it; ``None`` where they contradict it.

    *seed* draws the crops: something that only the suspect's finished file gives, like its SHA-256.
    """
    agreement = lay_over(look, known, align_by_hash(by_hash))
    if agreement.outcome.is_same_picture:
        laid = build_evidence(look, known, agreement, 0)
        return replace(
            laid,
            method=f"{by_hash.method}+{AGREEMENT}",
            distance_bits=by_hash.distance_bits,
            witnesses=by_hash.witnesses,
            time_codes=by_hash.time_codes,
            rule=HASH_AND_AGREEMENT,
        )
    if _contradicts(agreement, by_hash.distance_bits or 0):
        return None
    if agreement.outcome is Outcome.SAME_LAYOUT:
        return replace(_say_outcome(by_hash, agreement), rule=HASH_ONLY)
    return confirm_by_crops(by_hash, Image.fromarray(look.grey), known, seed)


def confirm_by_crops(by_hash: MediaEvidence, query: Image.Image, known: KnownPicture, seed: str) -> MediaEvidence:
    """The same match, by the rule that it keeps when both pictures lose a little of their sides."""
    if not by_hash.witnesses or (by_hash.distance_bits or 0) > SAME_PICTURE_BITS:
        return replace(by_hash, rule=HASH_ONLY)
    pairing = Pairing(by_hash.symmetry, by_hash.query_region, by_hash.known_region)
    holds = measure_crops(query, known.open_thumbnail(), pairing, seed).holds
    return replace(by_hash, method=f"{by_hash.method}+{CROPS}", rule=HASH_AND_CROPS) if holds else by_hash


def align_by_hash(evidence: MediaEvidence) -> Alignment:
    """How the two lie on each other: the region of the query, turned, on the region of the known picture."""
    turned = np.array(build_symmetry_matrix(evidence.symmetry))
    inward = np.linalg.inv(_place(evidence.query_region))
    matrix = _place(evidence.known_region) @ turned @ inward
    first, second, third = (tuple(map(float, row)) for row in matrix.tolist())
    return Alignment(
        ((first[0], first[1], first[2]), (second[0], second[1], second[2]), (third[0], third[1], third[2]))
    )


def _place(region: Region | None) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """From fractions of the region to fractions of the frame."""
    box = region or _WHOLE
    return np.array([[box.width, 0, box.left], [0, box.height, box.top], [0, 0, 1.0]])


def _contradicts(agreement: Agreement, distance_bits: int) -> bool:
    """Whether the two do not agree, and there was enough to agree in, or hashes that far apart needed it to speak for them."""
    nothing = agreement.outcome in {Outcome.NONE, Outcome.SHARED_ELEMENT}
    return nothing and (agreement.numbers.texture_share >= _LEAST_TEXTURE or distance_bits > SAME_PICTURE_BITS)


def _say_outcome(by_hash: MediaEvidence, agreement: Agreement) -> MediaEvidence:
    return replace(
        by_hash,
        outcome=agreement.outcome.value,
        agreeing=agreement.agreeing,
        differing=agreement.differing,
        alignment=agreement.alignment.matrix,
        text=name_text(agreement),
    )
