"""A redacted edition of a frozen report: the same revision without what was erased, in files of its own beside a dated note.

The note is the record's: by whom, when, why. The old files go from the vault; the log holds the digests of both editions.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from index.model import Erasure, Report
from reports.formats import FORMATS
from reports.redaction import redact
from reports.snapshot import collect_thumbnails, read_snapshot
from sankofa.desk import Desk
from sankofa.workflows.erasure_reach import find_mention

_SNAPSHOT = "snapshot"


def find_touched(desk: Desk, ids: Sequence[str], words: Sequence[str]) -> tuple[Report, ...]:
    """Find the revisions of frozen reports that name one of *ids* or hold one of *words*."""
    return tuple(
        report for report in desk.store.iter_revisions(Report) if find_mention(_read_snapshot(desk, report), ids, words)
    )


def make_edition(desk: Desk, report: Report, ids: Sequence[str], words: Sequence[str], erasure: Erasure) -> Report:
    """Render a report without what is erased, and keep the files; the record, which is returned, is yet to be kept.

    Raises:
        SnapshotUnreadableError: The snapshot is none that this version reads.
        OriginalMissingError: A file of the report is missing.
    """
    content = read_snapshot(_read_snapshot(desk, report).encode(), desk.vault.read)
    redacted = redact(content, ids, words, erasure.at.date())
    names = [name for name in FORMATS if name in report.files()]
    digests = {name: desk.vault.keep(FORMATS[name].render(redacted)).sha256 for name in names}
    return replace(
        report,
        html_sha256=digests.pop("html"),
        json_sha256=digests.pop("json"),
        more_sha256=tuple(digests.items()),
        thumbnails_sha256=tuple(collect_thumbnails(redacted)),
        erased=erasure,
        salt=secrets.token_hex(16),
    )


def _read_snapshot(desk: Desk, report: Report) -> str:
    return desk.vault.read(report.files()[_SNAPSHOT]).decode()
