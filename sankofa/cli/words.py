"""Answers in words, for people; English for now, through the translator that the reports use."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from index.model import Appearance, ClaimMatch, Match, MediaFacts, Verdict
    from reports.i18n import Translator
    from sankofa.cli.proof import Proven
    from sankofa.workflows.check import CheckedMatch, CheckResult
    from sankofa.workflows.claims import ClaimWithVerdicts
    from sankofa.workflows.negative import NegativeChange
    from sankofa.workflows.reach import Reach
    from verify.evidence import MediaEvidence

UNKNOWN = "Not known here."
_MOST_FIELDS = 40


@cache
def translator() -> "Translator":
    """Open the words of the command line's language."""
    from reports.i18n import Translator

    return Translator("en")


def count(number: int, one: str, many: str = "") -> str:
    """Write ``1 claim``, ``2 claims``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def say_entries(number: int) -> str:
    """Write how many entries of the log there are."""
    return f"{count(number, 'entry', 'entries')} of the log"


def say_date(partial: str | None) -> str:
    """Write a date as precisely as it is known."""
    return translator().date(partial) if partial else ""


def shorten(text: str, characters: int = 100) -> str:
    """Cut *text* at a blank."""
    if len(text) <= characters:
        return text
    return text[: characters - 1].rsplit(" ", 1)[0] + "…"


def say_verdict(verdict: "Verdict") -> str:
    """Say in one line who concluded what, when, and under which number."""
    rating = translator().rating(verdict.rating)
    own = verdict.textual_rating
    said = f"{rating} (“{own}”)" if own and own.casefold() != rating.casefold() and own != verdict.rating else rating
    when = say_date(str(verdict.review_date)) if verdict.review_date else ""
    from sankofa.workflows.states import say_state

    status = "" if verdict.status == "published" and not verdict.proposed else say_state(verdict)
    facts = ", ".join(part for part in (verdict.publisher, when, status) if part)
    return f"{said} — {facts}  {verdict.id}.{verdict.revision}"


def iter_claim_lines(found: "ClaimWithVerdicts", indent: str = "") -> "Iterator[str]":
    """Say a claim and every organisation's verdict on it."""
    claim = found.claim
    where = " ".join((f"[{claim.language}]", *claim.countries))
    yield f"{indent}{claim.id}  {shorten(claim.text, 160)}  {where}"
    for merged in found.merged:
        yield f"{indent}    {merged.id} was merged into it: {shorten(merged.text, 120)}"
    for verdict in found.verdicts:
        yield f"{indent}    {say_verdict(verdict)}"
        if verdict.url:
            yield f"{indent}    {verdict.url}"
    if not found.verdicts:
        yield f"{indent}    no verdict yet: sankofa verdict draft {claim.id} --rating RATING"


def say_evidence(evidence: "MediaEvidence | None") -> str:
    """Say how surely, and what was done."""
    from reports.evidence import summarise_evidence

    return summarise_evidence(translator(), evidence)


def iter_evidence_lines(evidence: "MediaEvidence | None", indent: str, known_media: int = 0) -> "Iterator[str]":
    """Say how it is known and how surely, and in which parts; nothing for the same file, of which all is said."""
    from reports.evidence import describe_areas, describe_places, list_sentences

    if evidence is not None:
        yield f"{indent}{' '.join(list_sentences(translator(), evidence, known_media))}"
        places = [*describe_places(translator(), evidence), *describe_areas(translator(), evidence)]
        if places:
            yield f"{indent}{' '.join(places)}"


def iter_fact_lines(facts: "MediaFacts | None", indent: str) -> "Iterator[str]":
    """Say what the file says of itself, tersely: how it was made, its credentials, its position, how much more there is."""
    if facts is None:
        return
    said = [translator().source_type(code) for code in facts.digital_source_types]
    if facts.credentials not in ("", "none", "not-read"):
        said.append(f"content credentials {translator().credentials(facts.credentials)}")
    if facts.position is not None:
        said.append("position {:.5f}, {:.5f}".format(*facts.position))
    if facts.metadata:
        said.append(count(len(facts.metadata), "field"))
    if said:
        yield f"{indent}the file says: {'; '.join(said)}"


def iter_field_lines(facts: "MediaFacts", indent: str) -> "Iterator[str]":
    """Say every field of a file, shortened, up to a screenful, and the words read in the picture."""
    for name, value in facts.metadata[:_MOST_FIELDS]:
        yield f"{indent}{name}: {shorten(value, 160)}"
    if len(facts.metadata) > _MOST_FIELDS:
        yield f"{indent}… and {count(len(facts.metadata) - _MOST_FIELDS, 'further field')}: --json has all"
    yield from (f"{indent}note: {note}" for note in facts.notes)
    if facts.text:
        yield f"{indent}words in the picture: {shorten(' '.join(facts.text.split()), 300)}"


def say_status(status: str) -> str:
    """Make plain that a suggestion is none of a person's."""
    return {
        "suggested": "suggested, not confirmed",
        "confirmed": "confirmed by a person",
        "rejected": "rejected by a person",
    }[status]


def say_appearance(appearance: "Appearance") -> str:
    """Say where and when."""
    parts = (say_date(appearance.appeared_on), appearance.account, appearance.url, shorten(appearance.caption))
    return "  ".join(part for part in parts if part)


def say_match(match: "Match") -> str:
    """Say a match in one line."""
    return f"{match.subject_id} may show {match.target_id}: {say_evidence(match.evidence)}; {say_status(match.status)}"


def say_judgement(match: "Match | ClaimMatch") -> str:
    """Say who made a match what it is, when and why."""
    when = translator().moment(match.revised_at) if match.revised_at else ""
    reason = f": {match.reason}" if match.reason else ""
    return f"{match.status} by {match.revised_by}, {when}{reason}"


def iter_negative_lines(change: "NegativeChange") -> "Iterator[str]":
    """Say what became of a medium's place in the negative bank, and of the matches that rested on it."""
    negative = change.negative
    yield f"{negative.id}  {'shows nothing by itself' if negative.active else 'counts again'}: {negative.label}"
    done = "withdrawn" if negative.active else "suggested again"
    for match in change.matches:
        yield f"  {match.id}  {done}: {match.subject_id} and {match.target_id}"


def say_reach(reach: "Reach") -> str:
    """Say how far a check looked."""
    known = count(reach.known_media, "known medium", "known media")
    inside = ", and by local features inside others" if reach.looks_inside else ""
    text = "" if reach.compares_text else "; the text in pictures was not compared"
    return (
        f"the same file, and its picture mirrored, turned and without its margins{inside}, among {known} (PDQ within "
        f"{reach.radius_bits} bits, beyond {reach.same_picture_bits} never alone){text}"
    )


def iter_check_lines(result: "CheckResult", proofs: "Mapping[str, Proven]", *, with_reach: bool) -> "Iterator[str]":
    """Say the answer for one checked file; how far it was looked for may be said once for many. *proofs* are by medium."""
    if result.error:
        yield f"{result.input}: refused: {result.error.removeprefix(f'{result.input}: ')}"
    elif not result.matches:
        yield f"{result.input}: {UNKNOWN}" + (
            f" Tried: {say_reach(result.reach)}." if with_reach and result.reach else ""
        )
    else:
        yield f"{result.input}: {count(len(result.matches), 'known medium', 'known media')}"
    for known in result.negative:
        where = "shows" if known.evidence and known.evidence.query_region else "is"
        yield f"  {known.negative.id}  {where} what shows nothing by itself: {known.negative.label}"
    for match in result.matches:
        yield from _iter_match_lines(match, result.reach)
        if match.item.id in proofs:
            yield f"      {say_proof(proofs[match.item.id])}"
    for item, evidence in result.layouts:
        yield f"  {item.id}  not suggested: {say_layout(evidence)}"
    yield from iter_fact_lines(result.file_facts, "  ")
    if with_reach and result.reach and result.matches:
        yield f"  tried: {say_reach(result.reach)}"


def say_layout(evidence: "MediaEvidence") -> str:
    """Say what a known medium with the same layout does not share."""
    from reports.evidence import describe_layout

    return describe_layout(translator(), evidence)


def _iter_match_lines(match: "CheckedMatch", reach: "Reach | None") -> "Iterator[str]":
    same = match.evidence is None
    status = "" if same else f"{say_status(match.status)}: "
    yield f"  {match.item.id}  {status}{say_evidence(match.evidence)}"
    yield from iter_evidence_lines(match.evidence, "      ", reach.known_media if reach else 0)
    for appearance in (place for place in match.appearances if place.role == "known"):
        yield f"      {say_appearance(appearance)}"
    for claim in match.claims:
        yield from iter_claim_lines(claim, "      ")
    if not match.claims:
        yield "      no claim with it yet"


def say_proof(proven: "Proven") -> str:
    """Say where the pictures of a proof lie, or why there are none."""
    if proven.error:
        return f"no proof drawn: {proven.error}"
    return (
        f"proof: {', '.join(path.name for path in proven.files.values())} in {next(iter(proven.files.values())).parent}"
    )


def list_words(words: "Sequence[str]") -> str:
    """Write words as a list in a sentence."""
    return translator().enumerate(list(words))
