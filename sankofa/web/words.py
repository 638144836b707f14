"""Sentences about matches: how we know, how surely, and where; in the words of a :class:`reports.i18n.Translator`."""

from reports.i18n import Translator
from verify.evidence import CANDIDATE_RADIUS_BITS, MediaEvidence
from verify.hashing.base import Region
from verify.hashing.pdq import SAME_PICTURE_BITS

_WITNESS_NAMES = {"phash": "pHash", "dhash": "dHash", "whash": "wHash", "ahash": "aHash"}
_HASH_BITS = 256
# Unlike pairs of windows of photographs, none nearer than 64 bits: the measurement behind CANDIDATE_RADIUS_BITS.
_MEASURED_BILLIONS = 4.5


def describe_evidence(words: Translator, evidence: MediaEvidence | None) -> str:
    """Say how it is known and how surely; ``None`` is the same file, byte by byte."""
    if evidence is None:
        return words.gettext("The same file, byte for byte (SHA-256).")
    said = []
    if evidence.aligned_points:
        said.append(
            words.gettext(
                "%(points)s points of the two pictures lie over each other, and the pictures agree there.",
                points=words.number(evidence.aligned_points),
            )
        )
    if evidence.distance_bits is not None:
        near = words.gettext(
            "%(distance)s of %(bits)s bits of the perceptual hash PDQ differ.",
            distance=words.number(evidence.distance_bits),
            bits=words.number(_HASH_BITS),
        )
        said += [near, _describe_rule(words, evidence, evidence.distance_bits), _describe_error_rate(words)]
    return " ".join(said)


def describe_time_codes(words: Translator, evidence: MediaEvidence) -> list[tuple[str, str]]:
    """Write the moments at which two media meet: (later use, known medium), a dash for a still picture."""
    return [(_write_seconds(words, use), _write_seconds(words, known)) for use, known in evidence.time_codes]


def describe_match_place(words: Translator, evidence: MediaEvidence) -> list[str]:
    """Say which part of which picture was compared, where it was not the whole."""
    said = []
    if evidence.query_region:
        part = _write_region(words, evidence.query_region)
        said.append(words.gettext("It fills %(part)s of the later use.", part=part))
    if evidence.known_region:
        part = _write_region(words, evidence.known_region)
        said.append(words.gettext("The later use shows %(part)s of the known picture.", part=part))
    return said


def _describe_rule(words: Translator, evidence: MediaEvidence, distance_bits: int) -> str:
    if distance_bits <= SAME_PICTURE_BITS:
        rule = words.gettext("Up to %(limit)s count as the same picture.", limit=words.number(SAME_PICTURE_BITS))
    else:
        rule = words.gettext("That alone would not be enough.")
    names = words.enumerate([_WITNESS_NAMES.get(name, name) for name, _ in evidence.witnesses])
    agreeing = words.gettext("Also agreeing: %(names)s.", names=names)
    return f"{rule} {agreeing}" if names else rule


def _describe_error_rate(words: Translator) -> str:
    return words.gettext(
        "Among %(billions)s billion pairs of parts of different photographs none came within %(limit)s bits.",
        billions=words.number(_MEASURED_BILLIONS),
        limit=words.number(CANDIDATE_RADIUS_BITS),
    )


def _write_region(words: Translator, region: Region) -> str:
    return words.gettext(
        "%(width)s percent of the width and %(height)s percent of the height",
        width=words.number(round(100 * region.width)),
        height=words.number(round(100 * region.height)),
    )


def _write_seconds(words: Translator, seconds: float | None) -> str:
    if seconds is None:
        return words.gettext("still picture")
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"
