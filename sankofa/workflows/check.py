"""Is this picture or video known? Where, how was it changed, what was said of it?

Checking keeps nothing: what was only checked never becomes known.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, TypeVar

from crawlers.errors import CrawlError
from index.identifiers import name_by_content, name_medium
from index.model import Appearance, Match, MatchStatus, MediaFacts, MediaItem
from sankofa.desk import Desk
from sankofa.workflows.abreast import iter_abreast
from sankofa.workflows.claims import ClaimWithVerdicts, find_claims_of_media
from sankofa.workflows.file_facts import describe_file
from sankofa.workflows.files import GivenFile, iter_given, refuse
from sankofa.workflows.known import compute_sha256
from sankofa.workflows.media import find_suggested, keep_medium
from sankofa.workflows.negative import KnownNegative, find_marks
from sankofa.workflows.reach import SAME_FILE, Reach, measure_reach
from verify import rules
from verify.errors import MediaRefusedError
from verify.evidence import MediaEvidence

Answer = TypeVar("Answer")
OnChecked = Callable[[Path, "CheckResult"], Answer]
"""Makes of each result what is answered, in the thread that checked and while the file is there: a fetched one is gone then."""


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


def iter_checks(desk: Desk, inputs: Sequence[str], *, keep: bool = False) -> Iterator[CheckResult]:
    """Check files, folders (to the bottom) and addresses: one result for each file, in the order given."""
    return iter_checked(desk, inputs, lambda path, result: result, keep=keep)


def iter_checked(
    desk: Desk,
    inputs: Sequence[str],
    on_checked: OnChecked[Answer],
    *,
    keep: bool = False,
    on_empty: Callable[[str], None] = lambda folder: None,
) -> Iterator[Answer]:
    """As :func:`iter_checks`, with what *on_checked* makes of each; *on_empty* is told which folders hold no file.

    Files are checked several at a time, addresses are fetched one after the other.
    """
    reach = measure_reach(desk)

    def check(file: GivenFile) -> Answer:
        if file.refusal:
            return on_checked(file.path, _refuse(file.name, file.refusal))
        return on_checked(file.path, check_file(desk, file.path, file.name, keep=keep, reach=reach))

    for is_address, group in groupby(inputs, _is_address):
        if is_address:
            yield from (_check_address(desk, url, keep, on_checked) for url in group)
        else:
            for _, answer in iter_abreast(check, iter_given(group, on_empty)):
                yield answer.result()


def check_file(desk: Desk, path: Path, name: str, *, keep: bool = False, reach: Reach | None = None) -> CheckResult:
    """Check one file, shown as *name*; a refusal is a result, not an error. *reach* is measured where it is not given."""
    if why := refuse(path):  # opening a pipe would wait for its writer
        return _refuse(name, why)
    try:
        sha256 = compute_sha256(path)
    except OSError as error:
        return _refuse(name, f"cannot be read: {error.strerror}")
    try:
        return _check_opened(desk, path, name, sha256, keep=keep, reach=reach)
    except MediaRefusedError as error:
        return _refuse(name, str(error), sha256)


def _check_opened(desk: Desk, path: Path, name: str, sha256: str, *, keep: bool, reach: Reach | None) -> CheckResult:
    media_id = name_medium(sha256)
    with ThreadPoolExecutor(thread_name_prefix="aside") as aside:  # the store answers while the file is read
        same = aside.submit(_is_known, desk, media_id)
        measured = aside.submit(lambda: reach or measure_reach(desk))
        reading = desk.decoder.read(path, desk.media_limits)
        found = find_suggested(desk, media_id, reading, path)
    if keep:
        url = name if "://" in name else path.resolve().as_uri()
        keep_medium(desk, path, "seen", Appearance(id="", subject_id="", role="seen", url=url))
    items = desk.store.get_many(MediaItem, [known for known, _ in found.layouts])
    return CheckResult(
        input=name,
        sha256=sha256,
        kind=reading.description.kind,
        matches=_build_matches(desk, media_id, found.suggested, is_known=same.result()),
        negative=found.negatives,
        layouts=tuple((items[known], evidence) for known, evidence in found.layouts),
        reach=measured.result(),
        file_facts=describe_file(reading.facts),
    )


def _refuse(name: str, why: str, sha256: str | None = None) -> CheckResult:
    return CheckResult(input=name, sha256=sha256, error=why)


def _is_address(given: str) -> bool:
    return given.lower().startswith(("http://", "https://"))


def _check_address(desk: Desk, url: str, keep: bool, on_checked: OnChecked[Answer]) -> Answer:
    with tempfile.TemporaryDirectory(prefix="sankofa-") as folder:
        path = Path(folder)
        try:
            path = desk.outside.fetch_file(url, path)
        except CrawlError as error:
            result = _refuse(url, str(error))
        else:
            result = check_file(desk, path, url, keep=keep)
        return on_checked(path, result)


def _build_matches(
    desk: Desk, media_id: str, suggested: Sequence[tuple[str, MediaEvidence]], *, is_known: bool
) -> tuple[CheckedMatch, ...]:
    found: dict[str, MediaEvidence | None] = dict(suggested)
    if is_known:
        found = {media_id: None, **{known: evidence for known, evidence in found.items() if known != media_id}}
    items = desk.store.get_many(MediaItem, found)
    statuses = _find_statuses(desk, media_id, list(found))
    return tuple(
        _build_match(desk, items[known], evidence, statuses.get(known, "suggested"))
        for known, evidence in found.items()
    )


def _is_known(desk: Desk, media_id: str) -> bool:
    """Whether this very file is known, and as what it shows."""
    places = desk.store.find_linked(Appearance, "subject", [media_id])
    return any(place.role == "known" for place in places) and not find_marks(desk, [media_id])


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
