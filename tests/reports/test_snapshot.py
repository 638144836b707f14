import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reports.errors import SnapshotUnreadableError
from reports.i18n import LANGUAGES
from reports.snapshot import collect_thumbnails, read_snapshot, write_snapshot
from tests.reports.sample import SampleDesk

TEXT = "# Novembre\n\nVoir [@V-2023-0001]."


def iter_values(value: object) -> Iterator[object]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from iter_values(part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_read_again_as_it_was_written(full_desk: SampleDesk, language: str) -> None:
    report = full_desk.report(language=language, text=TEXT)
    snapshot = write_snapshot(report)
    thumbnails = collect_thumbnails(report)
    assert thumbnails
    assert read_snapshot(snapshot, thumbnails.__getitem__) == report


def test_the_snapshot_is_canonical_and_holds_whole_numbers_only(full_desk: SampleDesk) -> None:
    snapshot = write_snapshot(full_desk.report(text=TEXT))
    content = json.loads(snapshot)
    assert snapshot.decode() == json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert not [value for value in iter_values(content) if isinstance(value, float)]
    assert all(name.isascii() for value in iter_values(content) if isinstance(value, dict) for name in value)


def test_the_same_report_gives_the_same_bytes_and_another_one_others(full_desk: SampleDesk) -> None:
    report = full_desk.report()
    assert write_snapshot(report) == write_snapshot(full_desk.report())
    assert write_snapshot(report) != write_snapshot(replace(report, built_by="somebody.else"))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"schema":"sankofa-report-snapshot","schema_version":2}'])
def test_what_is_no_snapshot_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotUnreadableError):
        read_snapshot(content, lambda _: b"")
