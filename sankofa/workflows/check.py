"""Is this picture or video known? Where, how was it changed, what was said of it?

Checking keeps nothing: what was only checked never becomes known.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from crawlers.errors import CrawlError
from index.identifiers import name_by_content, name_medium
from index.model import Appearance, Claim, Match, MatchStatus, MediaFacts, MediaItem, Verdict
from sankofa.desk import Desk
from sankofa.workflows.file_facts import describe_file, read_file_facts
from sankofa.workflows.files import iter_files
from sankofa.workflows.known import compute_sha256
from sankofa.workflows.media import find_suggested, keep_medium
from sankofa.workflows.negative import KnownNegative, find_marks
from sankofa.workflows.reach import SAME_FILE, Reach, measure_reach
from verify import rules
from verify.errors import MediaRefusedError
from verify.evidence import MediaEvidence

OnChecked = Callable[[Path, "CheckResult"], None]
"""Called with each file that was checked while it is still there: a fetched one is gone with its answer."""


@dataclass(frozen=True, kw_only=True)
class ClaimWithVerdicts:
    """A claim and every organisation's verdict on it, newest first."""

    claim: Claim
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True)
class CheckedMatch:
    """A known medium that the checked one may show. ``evidence`` is ``None`` for the same file, byte by byte."""

    item: MediaItem
    evidence: MediaEvidence | None
    status: MatchStatus
    appearances: tuple[Appearance, ...]
    claims: tuple[ClaimWithVerdicts, ...]

    @property
    def method(self) -> str:
        """What decided: ``sha-256`` for the same file, otherwise the hashes that agreed."""
        return self.evidence.method if self.evidence else SAME_FILE

    @property
    def rule(self) -> str:
        """The row of the table of rules (:mod:`verify.rules`)."""
        return self.evidence.rule if self.evidence else rules.SAME_FILE

    @property
    def is_confident(self) -> bool:
        """Whether it rests on more than a hash alone."""
        return rules.is_confident(self.rule)


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """The answer for one input; ``error`` says why it was refused, and then there are no matches.

    ``negative`` is what it shows of the negative bank: known as such, and no evidence; no match rests on it. ``layouts`` are
    known media with the same layout that it does not show: (medium, evidence). ``reach`` says how far it was looked for, and
    ``file_facts`` what the file says of itself; both are ``None`` where it was refused.
    """

    input: str
    sha256: str | None = None
    kind: Literal["image", "video"] | None = None
    matches: tuple[CheckedMatch, ...] = ()
    negative: tuple[KnownNegative, ...] = ()
    layouts: tuple[tuple[MediaItem, MediaEvidence], ...] = ()
    reach: Reach | None = None
    file_facts: MediaFacts | None = None
    error: str | None = None


def _do_nothing(path: Path, result: CheckResult) -> None:
    """Nobody asked."""


def iter_checks(
    desk: Desk, inputs: Sequence[str], *, keep: bool = False, on_checked: OnChecked = _do_nothing
) -> Iterator[CheckResult]:
    """Check files, folders (to the bottom) and addresses, in the order given: one result for each file."""
    reach = measure_reach(desk)
    for given in inputs:
        if given.lower().startswith(("http://", "https://")):
            yield _check_address(desk, given, keep, on_checked)
        else:
            for path, _ in iter_files(Path(given)):
                result = check_file(desk, path, _name_below(given, path), keep=keep, reach=reach)
                on_checked(path, result)
                yield result


def check_file(desk: Desk, path: Path, name: str, *, keep: bool = False, reach: Reach | None = None) -> CheckResult:
    """Check one file, shown as *name*; a refusal is a result, not an error. *reach* is measured where it is not given."""
    if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
        return CheckResult(input=name, error="no regular file: save it first, and give that file")
    try:
        sha256 = compute_sha256(path)
    except OSError as error:
        return CheckResult(input=name, error=f"cannot be read: {error.strerror}")
    try:
        description = desk.decoder.describe(path, desk.media_limits)
    except MediaRefusedError as error:
        return CheckResult(input=name, sha256=sha256, error=str(error))
    found = find_suggested(desk, name_medium(sha256), description, path)
    if keep:
        url = name if "://" in name else path.resolve().as_uri()
        keep_medium(desk, path, "seen", Appearance(id="", subject_id="", role="seen", url=url))
    items = desk.store.get_many(MediaItem, [known for known, _ in found.layouts])
    return CheckResult(
        input=name,
        sha256=sha256,
        kind=description.kind,
        matches=_build_matches(desk, name_medium(sha256), found.suggested),
        negative=found.negatives,
        layouts=tuple((items[known], evidence) for known, evidence in found.layouts),
        reach=reach or measure_reach(desk),
        file_facts=describe_file(read_file_facts(desk, path)),
    )


def find_claims_of_media(desk: Desk, media_ids: Sequence[str]) -> tuple[ClaimWithVerdicts, ...]:
    """Find the claims made with these media, or about them, each with its verdicts; ordered by claim."""
    by_media = desk.store.find_linked(Claim, "media", media_ids)
    about = desk.store.find_linked(Claim, "about", media_ids)
    claims = {claim.id: claim for claim in (*by_media, *about)}
    return tuple(with_verdicts(desk, [claims[claim_id] for claim_id in sorted(claims)]))


def with_verdicts(desk: Desk, claims: Sequence[Claim]) -> list[ClaimWithVerdicts]:
    """Put to each claim its published verdicts, newest first; drafts and withdrawn ones are left out."""
    verdicts = desk.store.find_linked(Verdict, "claim", [claim.id for claim in claims])
    shown = [verdict for verdict in verdicts if verdict.status in ("published", "corrected")]
    shown.sort(key=lambda verdict: (str(verdict.review_date or ""), verdict.id), reverse=True)
    return [
        ClaimWithVerdicts(claim=claim, verdicts=tuple(v for v in shown if v.claim_id == claim.id)) for claim in claims
    ]


def _name_below(given: str, path: Path) -> str:
    """Join the path as it was given with the path below it."""
    below = path.relative_to(Path(given)).as_posix()
    return given if below == "." else f"{given.rstrip('/')}/{below}"


def _check_address(desk: Desk, url: str, keep: bool, on_checked: OnChecked) -> CheckResult:
    with tempfile.TemporaryDirectory(prefix="sankofa-") as folder:
        try:
            path = desk.outside.fetch_file(url, Path(folder))
        except CrawlError as error:
            return CheckResult(input=url, error=str(error))
        result = check_file(desk, path, url, keep=keep)
        on_checked(path, result)
        return result


def _build_matches(
    desk: Desk, media_id: str, suggested: Sequence[tuple[str, MediaEvidence]]
) -> tuple[CheckedMatch, ...]:
    found: dict[str, MediaEvidence | None] = dict(suggested)
    is_negative = bool(find_marks(desk, [media_id]))
    if not is_negative and any(
        place.role == "known" for place in desk.store.find_linked(Appearance, "subject", [media_id])
    ):
        found = {media_id: None, **{known: evidence for known, evidence in found.items() if known != media_id}}
    items = desk.store.get_many(MediaItem, found)
    statuses = _find_statuses(desk, media_id, list(found))
    return tuple(
        _build_match(desk, items[known], evidence, statuses.get(known, "suggested"))
        for known, evidence in found.items()
    )


def _find_statuses(desk: Desk, media_id: str, known_ids: Sequence[str]) -> dict[str, MatchStatus]:
    match_ids = {name_by_content("X", media_id, known): known for known in known_ids}
    judged = desk.store.get_many(Match, match_ids)
    return {match_ids[match_id]: match.status for match_id, match in judged.items()}


def _build_match(desk: Desk, item: MediaItem, evidence: MediaEvidence | None, status: MatchStatus) -> CheckedMatch:
    confirmed = [match for match in desk.store.find_linked(Match, "target", [item.id]) if match.status == "confirmed"]
    media_ids = [item.id, *(match.subject_id for match in confirmed)]
    return CheckedMatch(
        item=item,
        evidence=evidence,
        status=status,
        appearances=desk.store.find_linked(Appearance, "subject", [item.id]),
        claims=find_claims_of_media(desk, media_ids),
    )
