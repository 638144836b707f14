"""A post and a claim side by side: what both say is marked in each, and how surely and why they belong together is said."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from index.analysis import analyse_query
from index.model import Wording
from reports.bidi import render_isolates
from reports.i18n import Translator
from reports.repetition import Reasons, describe_probability, list_reasons
from sankofa.web.highlight import Snippet, find_snippet, mark_terms
from sankofa.workflows.claims import ClaimWithVerdicts
from sankofa.workflows.posts import ClaimMatchView
from sankofa.workflows.repeats import Repeated


@dataclass(frozen=True, kw_only=True)
class ShownRepetition:
    """How surely and why, in the reader's language; the claim in the wording that shares most, with the shared words marked."""

    found: ClaimWithVerdicts
    snippet: Snippet
    stance: str
    said: str
    probability: str
    reasons: tuple[Markup, ...]


@dataclass(frozen=True, kw_only=True)
class ShownClaimMatch:
    """A match between a post and a claim; of the post, the part that holds the shared words."""

    view: ClaimMatchView
    post: Snippet
    claim: ShownRepetition


def show_claim_match(words: Translator, view: ClaimMatchView) -> ShownClaimMatch:
    """Prepare a match for a page."""
    match = view.match
    text = Wording(view.post.language, " ".join(wording.text for wording in view.post.texts()))
    return ShownClaimMatch(
        view=view,
        post=mark_terms(text, _list_terms(match.reasons)),
        claim=_show(words, view.claim, match.stance, match.probability, match.reasons),
    )


def show_repeated(words: Translator, repeated: Sequence[Repeated]) -> list[ShownRepetition]:
    """Prepare what a pasted text speaks of."""
    return [_show(words, one.found, one.judged.stance, one.judged.probability, one.judged.reasons) for one in repeated]


def _show(
    words: Translator, found: ClaimWithVerdicts, stance: str, probability: float, reasons: Reasons
) -> ShownRepetition:
    return ShownRepetition(
        found=found,
        snippet=find_snippet(found.claim, _list_terms(reasons), words.language),
        stance=stance,
        said=words.stance(stance),
        probability=describe_probability(words, probability),
        reasons=tuple(render_isolates(reason) for reason in list_reasons(words, reasons)),
    )


def _list_terms(reasons: Reasons) -> set[str]:
    """What is marked: the terms of the shared words, in whatever language they are read, and whom or what names mean."""
    terms = {term for word in (*reasons.words, *reasons.numbers) for term in analyse_query(word)}
    return terms | {f"@{name.removeprefix('@')}" for name in reasons.names}
