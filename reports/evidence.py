"""How a match is known and how surely, in words; the same for command line, pages and reports.

summary      what was done, with figures, and what kind of evidence there is: one line
sentences    how it is known and how surely, for people who read on
places       which part of which picture
"""

from reports.alterations import describe_alterations
from reports.i18n import Translator
from reports.words import RULE_WORDS, SOUND_WORDS
from verify.evidence import MediaEvidence
from verify.hashing.base import Region
from verify.hashing.pdq import SAME_PICTURE_BITS
from verify.rules import SAME_FILE, Share, find_rate
from verify.timeline_alignment import Segment

_WITNESS_NAMES = {"phash": "pHash", "dhash": "dHash", "whash": "wHash", "ahash": "aHash"}
_HASH_BITS = 256
_SAME_SPEED = 0.03
_AGREEING = frozenset({"same-picture", "part-of-known", "contains-known"})
_SAME_LAYOUT = "same-layout"
_TEXT_NOT_COMPARED, _TEXT_AGREES = "not-compared", "agrees"


def summarise_evidence(words: Translator, evidence: MediaEvidence | None) -> str:
    """Say in one line what was done and by what it is known; ``None`` is the same file, byte by byte."""
    if evidence is None:
        return words.gettext("the same file, byte by byte")
    done = describe_alterations(words, evidence.alterations, evidence.transformation)
    measured = [evidence.method]
    if evidence.distance_bits is not None:
        bits = words.number(evidence.distance_bits)
        measured.append(words.gettext("%(bits)s bits apart", bits=bits))
    if evidence.aligned_points:
        points = words.number(evidence.aligned_points)
        measured.append(words.gettext("%(points)s points aligned", points=points))
    return f"{done} ({name_rule(words, evidence)}: {', '.join(measured)})"


def name_rule(words: Translator, evidence: MediaEvidence | None) -> str:
    """Name the kind of evidence in a few words: ``hash only`` where nothing but hashes spoke."""
    rule = evidence.rule if evidence else SAME_FILE
    return words.gettext(RULE_WORDS.get(rule, rule))


def name_witness(algorithm: str) -> str:
    """Name a hash as its authors write it: ``pHash``."""
    return _WITNESS_NAMES.get(algorithm, algorithm)


def describe_evidence(words: Translator, evidence: MediaEvidence | None, known_media: int = 0) -> str:
    """Say how it is known and how surely, at a desk with so many known media."""
    return " ".join(list_sentences(words, evidence, known_media))


def describe_layout(words: Translator, evidence: MediaEvidence) -> str:
    """Say what two pictures with one layout do not share, or that it was not compared."""
    if evidence.text == _TEXT_NOT_COMPARED:
        return words.gettext("The two share a layout; what is written in them was not compared.")
    if evidence.text:
        return words.gettext("The two share a layout, but not what is written in them.")
    return words.gettext("The two share a layout, but not its content.")


def list_sentences(words: Translator, evidence: MediaEvidence | None, known_media: int = 0) -> list[str]:
    """Say how it is known and how surely, sentence by sentence, at a desk with so many known media."""
    if evidence is None:
        return [words.gettext("The same file, byte for byte (SHA-256).")]
    said = []
    if evidence.aligned_points:
        said.append(
            words.gettext(
                "%(points)s points of the two pictures lie over each other, and the pictures agree there.",
                points=words.number(evidence.aligned_points),
            )
        )
    elif evidence.outcome in _AGREEING:
        said.append(words.gettext("Laid over each other as the hashes say, the two pictures agree."))
    elif evidence.outcome == _SAME_LAYOUT:
        said.append(describe_layout(words, evidence))
    if evidence.text == _TEXT_AGREES:
        said.append(words.gettext("What is written in both is the same."))
    if evidence.distance_bits is not None:
        said += _describe_distance(words, evidence, evidence.distance_bits)
    if not evidence.is_confident:
        said.append(
            words.gettext("Hashes alone speak for it, and hashes can be forged or deceived: look at both pictures.")
        )
    return [*said, *_describe_error_rate(words, evidence, known_media), *_describe_video(words, evidence)]


def describe_places(words: Translator, evidence: MediaEvidence) -> list[str]:
    """Say which part of which picture was compared, where it was not the whole."""
    said = []
    if evidence.query_region:
        part = _write_region(words, evidence.query_region)
        said.append(words.gettext("It fills %(part)s of the later use.", part=part))
    if evidence.known_region:
        part = _write_region(words, evidence.known_region)
        said.append(words.gettext("The later use shows %(part)s of the known picture.", part=part))
    return said


def describe_areas(words: Translator, evidence: MediaEvidence) -> list[str]:
    """Say in how many areas the two agree and differ, where their pixels were compared."""
    said = []
    if evidence.agreeing:
        number = len(evidence.agreeing)
        said.append(words.ngettext("They agree in %(num)s area.", "They agree in %(num)s areas.", number))
    if evidence.differing:
        number = len(evidence.differing)
        said.append(words.ngettext("They differ in %(num)s area.", "They differ in %(num)s areas.", number))
    return said


def _describe_distance(words: Translator, evidence: MediaEvidence, distance_bits: int) -> list[str]:
    said = [
        words.gettext(
            "%(distance)s of %(bits)s bits of the perceptual hash PDQ differ.",
            distance=words.number(distance_bits),
            bits=words.number(_HASH_BITS),
        )
    ]
    if distance_bits <= SAME_PICTURE_BITS:
        said.append(words.gettext("Up to %(limit)s count as the same picture.", limit=words.number(SAME_PICTURE_BITS)))
    else:
        said.append(words.gettext("That alone would not be enough."))
    names = words.enumerate([name_witness(name) for name, _ in evidence.witnesses])
    return [*said, words.gettext("Also agreeing: %(names)s.", names=names)] if names else said


def _describe_error_rate(words: Translator, evidence: MediaEvidence, known_media: int) -> list[str]:
    """Say what was measured of this rule, per pair and per answer; nothing where nothing was."""
    rate = find_rate(evidence.rule, evidence.distance_bits)
    if rate is None:
        return []
    pairs = words.gettext("Wrong in fewer than 1 of %(number)s such pairs (measured: %(wrong)s of %(of)s).")
    said = [_write_share(words, pairs, rate.per_pair)]
    measured = rate.at_size(known_media)
    if measured is not None:
        known, share = measured
        answers = words.gettext(
            "Among %(known)s known media, wrong in fewer than 1 of %(number)s answers (measured: %(wrong)s of %(of)s)."
        )
        said.append(_write_share(words, answers, share, known=words.number(known)))
    return [sentence for sentence in said if sentence]


def _write_share(words: Translator, message: str, share: Share, **values: str) -> str:
    """Fill in the figures; nothing where nothing was measured."""
    if not share.of or share.upper_95 <= 0:
        return ""
    number = words.number(_round_down(1 / share.upper_95))
    return message % {"number": number, "wrong": words.number(share.wrong), "of": words.number(share.of), **values}


def _describe_video(words: Translator, evidence: MediaEvidence) -> list[str]:
    """Say which stretches of the known video are shown, and what became of its sound."""
    said = [_describe_segment(words, segment) for segment in evidence.segments]
    return [*said, words.gettext(SOUND_WORDS[evidence.sound])] if evidence.sound in SOUND_WORDS else said


def _describe_segment(words: Translator, segment: Segment) -> str:
    times = {
        "start": write_seconds(segment.query_start),
        "end": write_seconds(segment.query_end),
        "known_start": write_seconds(segment.known_start),
        "known_end": write_seconds(segment.known_end),
    }
    if segment.speed is None or abs(segment.speed - 1) < _SAME_SPEED:
        return words.gettext(
            "From %(start)s to %(end)s it shows the known video from %(known_start)s to %(known_end)s.", **times
        )
    return words.gettext(
        "From %(start)s to %(end)s it shows the known video from %(known_start)s to %(known_end)s, at %(speed)s times its speed.",
        speed=words.number(round(segment.speed, 2)),
        **times,
    )


def write_seconds(seconds: float) -> str:
    """Write a moment of a video as minutes and seconds."""
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"


def _round_down(number: float) -> int:
    """Two digits are all that such a measurement can say."""
    step = int(10 ** max(0, len(str(int(number))) - 2))
    return int(number) // step * step


def _write_region(words: Translator, region: Region) -> str:
    return words.gettext(
        "%(width)s percent of the width and %(height)s percent of the height",
        width=words.number(round(100 * region.width)),
        height=words.number(round(100 * region.height)),
    )
