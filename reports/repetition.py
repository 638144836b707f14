"""How a post and a claim belong together, how surely and why, in words; the same for command line, pages and reports."""

from collections.abc import Sequence
from typing import Protocol

from index.names.gazetteer import load_gazetteer
from reports.bidi import isolate
from reports.i18n import Translator
from reports.words import mark

_SURE = (
    (0.99, mark("almost certainly (%(share)s in 100)")),
    (0.95, mark("very probably (%(share)s in 100)")),
    (0.8, mark("probably (%(share)s in 100)")),
    (0.4, mark("perhaps (%(share)s in 100)")),
    (0.0, mark("hardly (%(share)s in 100)")),
)
_HUNDRED = 100


class Reasons(Protocol):
    """What speaks for it: :class:`index.model.MatchReasons`, or what a judgement gives before anything is kept."""

    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def numbers(self) -> tuple[str, ...]: ...
    @property
    def cosine(self) -> float | None: ...
    @property
    def days_apart(self) -> int | None: ...
    @property
    def shared_media(self) -> int: ...
    @property
    def by_meaning_alone(self) -> bool: ...


def describe_probability(words: Translator, probability: float) -> str:
    """Say in a word and a figure how probable it is: ``very probably (96 in 100)``; never 0 or 100."""
    share = min(max(round(_HUNDRED * probability), 1), _HUNDRED - 1)
    message = next(message for least, message in _SURE if probability >= least)
    return words.gettext(message, share=words.number(share))


def list_reasons(words: Translator, reasons: Reasons) -> list[str]:
    """Say what speaks for it, one sentence each; words, names and numbers are those that both hold."""
    said, titles = [], load_gazetteer()
    if reasons.shared_media:
        said.append(
            words.ngettext(
                "It shows %(num)s medium of the claim.", "It shows %(num)s media of the claim.", reasons.shared_media
            )
        )
    if reasons.by_meaning_alone:
        said.append(words.gettext("By its meaning alone: no word speaks for it."))
    if names := words.enumerate([isolate(titles.get_title(name_id, words.language)) for name_id in reasons.names]):
        said.append(words.gettext("Names in both: %(names)s.", names=names))
    if shared := _write(words, reasons.words):
        said.append(words.gettext("Words in both: %(words)s.", words=shared))
    if numbers := _write(words, reasons.numbers):
        said.append(words.gettext("Numbers in both: %(numbers)s.", numbers=numbers))
    if reasons.cosine is not None:
        said.append(
            words.gettext("Likeness of meaning: %(cosine)s of 1.", cosine=words.number(round(reasons.cosine, 2)))
        )
    if reasons.days_apart is not None:
        said.append(_write_days(words, reasons.days_apart))
    return said


def _write(words: Translator, shared: Sequence[str]) -> str:
    return words.enumerate([isolate(word) for word in shared])


def _write_days(words: Translator, days: int) -> str:
    if not days:
        return words.gettext("Of the same day.")
    return words.ngettext("%(num)s day lies between them.", "%(num)s days lie between them.", days)
