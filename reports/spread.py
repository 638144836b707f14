"""Who spread it: every place where the claim or its media were seen, oldest first."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from index.dates import first_day
from index.model import Appearance, Capture, Post
from reports.citations import cite_revision
from reports.content import Basis, Spread
from reports.media import find_matches
from reports.records import CaseRecords, MonthClaim, media_of
from reports.timeline import Placed


def build_spread(
    case: MonthClaim, records: CaseRecords, zone: str, hide_line: Callable[[Spread], Spread]
) -> tuple[Spread, ...]:
    """Build the list; appearances without a date come last. Checkers' own pages are not in it. Each goes through *hide_line*."""
    is_spread = build_spread_test(case, records)
    lines = [
        hide_line(_build_line(seen, basis, match_id, records))
        for subject_id, (basis, match_id) in _find_subjects(case, records).items()
        for seen in records.appearances.get(subject_id, ())
        if seen.role == "known" or (seen.role == "seen" and is_spread(seen))
    ]
    return tuple(sorted(lines, key=lambda line: order_in_time(line, zone)))


def build_spread_test(case: MonthClaim, records: CaseRecords) -> Callable[[Appearance], bool]:
    """Build the test that tells whoever shared a claim from the organisations that checked it.

    A page counts as a checker's if it is the address of a verdict on the claim, or lies on the site of its publisher.
    """
    verdicts = [revision for history in case.histories for revision in history]
    review_ids = {verdict.claim_review_id or "" for verdict in verdicts}
    reviews = [records.reviews[review_id] for review_id in review_ids if review_id in records.reviews]
    pages = {*case.claim.external_ids, *(verdict.url for verdict in verdicts), *(review.url for review in reviews)}
    sites = {_host(verdict.publisher_site) for verdict in verdicts} | {
        _host(review.publisher_site) for review in reviews
    }
    sites.discard("")

    def is_spread(appearance: Appearance) -> bool:
        post = records.posts.get(appearance.post_id or "")
        urls = [appearance.url, *([post.url] if post else [])]
        return not any(url in pages or _lies_on(_host(url), sites) for url in urls if url)

    return is_spread


def name_place(line: Spread) -> str:
    """Name the post, or else the address or the appearance, so that several media of one post count once."""
    return line.post_id or line.url or line.id


def order_in_time(line: Placed, zone: str) -> tuple[bool, int, datetime, str]:
    """Return what puts lines in order: by the first day that a date may mean in *zone*, then by the moment; without one last."""
    if line.appeared_on is None:
        return True, 0, datetime.max.replace(tzinfo=UTC), line.id
    day = first_day(line.appeared_on, zone).toordinal()
    exact = len(line.appeared_on) > len("2003-12-13")
    moment = datetime.fromisoformat(line.appeared_on) if exact else datetime.min.replace(tzinfo=UTC)
    return False, day, moment if moment.tzinfo else moment.replace(tzinfo=UTC), line.id


def _find_subjects(case: MonthClaim, records: CaseRecords) -> dict[str, tuple[Basis, str | None]]:
    """Map what may have been seen to why it is of this case, the surest reason first."""
    matches = find_matches(case, records)
    by_subject = {match.subject_id: cite_revision(match) for match in reversed(matches)}
    subjects: dict[str, tuple[Basis, str | None]] = {case.claim.id: ("claim", None)}
    for media_id in media_of(case):
        subjects.setdefault(media_id, ("shown", by_subject.get(media_id)))
    for match in sorted(matches, key=lambda match: match.status != "confirmed"):
        basis: Basis = "confirmed" if match.status == "confirmed" else "suggested"
        for media_id in (match.subject_id, match.target_id):
            subjects.setdefault(media_id, (basis, cite_revision(match)))
    return subjects


def _build_line(seen: Appearance, basis: Basis, match_id: str | None, records: CaseRecords) -> Spread:
    post = records.posts.get(seen.post_id or "")
    capture = _choose_capture(records.captures.get(seen.post_id or "", ()))
    return Spread(
        id=seen.id,
        role=seen.role,
        basis=basis,
        subject_id=seen.subject_id,
        match_id=match_id,
        post_id=seen.post_id,
        capture_id=capture.id if capture else None,
        platform=seen.platform or (post.platform if post else ""),
        account=seen.account or (post.author if post else ""),
        account_name=post.author_name if post else "",
        language=post.language if post else "und",
        country=seen.country,
        appeared_on=seen.appeared_on,
        url=seen.url,
        metrics=capture.metrics if capture else (),
        retrieved_at=capture.retrieved_at if capture else None,
        cites=tuple(_cite(seen, post, capture)),
    )


def _cite(seen: Appearance, post: Post | None, capture: Capture | None) -> Iterator[str]:
    yield seen.id
    if post:
        yield post.id
    if capture:
        yield capture.id


def _choose_capture(captures: Iterable[Capture]) -> Capture | None:
    """Choose the newest that counted something, or else the newest."""
    return max(captures, key=lambda each: (bool(each.metrics), each.retrieved_at, each.id), default=None)


def _host(address: str) -> str:
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def _lies_on(host: str, sites: set[str]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)
