"""Statements that carry what they rest on, and the numbered list of sources at the end.

A citation is an identifier: a revision (``V-2023-0001.2``, ``C-2023-0007.1``, ``X-….1``), an immutable record (``E-…``,
``A-…``, ``K-…``, ``M-…``), the report itself, the version of a method, or the address of a published standard. What stands
in the report's body is found there under its identifier; everything else is in the list of sources, with a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from index.model import ClaimReview, Evidence, Revised


@dataclass(frozen=True)
class Statement:
    """A sentence in the report's language, and the identifiers of what it rests on (at least one).

    Names from elsewhere stand between isolates (:mod:`reports.bidi`).
    """

    text: str
    cites: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.cites or not all(self.cites):
            raise ValueError(f"a statement without a source: {self.text!r}")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One entry of the list of sources; ``number`` counts from 1 in the order of first citation."""

    number: int
    id: str
    title: str = ""
    publisher: str = ""
    url: str = ""
    published_on: str | None = None
    archived_url: str = ""
    sha256: str | None = None
    note: str = ""


def cite_revision(record: Revised) -> str:
    """Return the identifier of this revision of a record, as people cite it: ``V-2023-0001.2``."""
    return f"{record.id}.{record.revision}"


def describe_evidence(item: Evidence, number: int = 0) -> Source:
    """Say what a piece of evidence is."""
    return Source(
        number=number,
        id=item.id,
        title=item.title,
        publisher=item.publisher,
        url=item.url,
        published_on=item.published_on,
        archived_url=item.archived_url,
        sha256=item.sha256,
        note=item.note,
    )


class SourceList:
    """Numbers sources in the order in which they are first cited."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def cite(self, evidence: Iterable[Evidence]) -> tuple[str, ...]:
        """Take up pieces of evidence; return their identifiers."""
        return tuple(self._take(describe_evidence(item)) for item in evidence)

    def cite_review(self, review: ClaimReview) -> str:
        """Take up a publisher's ClaimReview."""
        return self._take(
            Source(
                number=0,
                id=review.id,
                title=review.title or review.claim_reviewed,
                publisher=review.publisher,
                url=review.url,
                published_on=review.review_date.isoformat() if review.review_date else None,
            )
        )

    def cite_page(self, url: str, title: str, publisher: str) -> str:
        """Take up a published standard or method, under its address."""
        return self._take(Source(number=0, id=url, title=title, publisher=publisher, url=url))

    def cite_method(self, version: str, title: str) -> str:
        """Take up a method of ours by its version."""
        return self._take(Source(number=0, id=version, title=title))

    def sources(self) -> tuple[Source, ...]:
        """Return what was cited, in order."""
        return tuple(self._sources.values())

    def _take(self, source: Source) -> str:
        if source.id not in self._sources:
            number = len(self._sources) + 1
            self._sources[source.id] = Source(**{**vars(source), "number": number})
        return source.id
