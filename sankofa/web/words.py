"""What pages say of a match beyond what :mod:`reports.evidence` says everywhere."""

from reports.bidi import isolate, remove_controls
from reports.evidence import write_seconds as write_moment
from reports.i18n import Translator
from sankofa.workflows.negative import read_note
from verify.evidence import MediaEvidence


def describe_time_codes(words: Translator, evidence: MediaEvidence) -> list[tuple[str, str]]:
    """Write the moments at which two media meet: (later use, known medium), a dash for a still picture."""
    return [(write_seconds(words, use), write_seconds(words, known)) for use, known in evidence.time_codes]


def say_reason(words: Translator, reason: str) -> str:
    """Say why a match was judged: a person's own words, or in the reader's language that it was withdrawn."""
    note = read_note(reason)
    if note is None:
        return remove_controls(reason)
    return words.gettext(
        "withdrawn: rests on %(medium)s of the negative bank (%(label)s)",
        medium=isolate(note[0]),
        label=isolate(note[1]),
    )


def write_seconds(words: Translator, seconds: float | None) -> str:
    """Write a moment of a video as minutes and seconds."""
    if seconds is None:
        return words.gettext("still picture")
    return write_moment(seconds)
