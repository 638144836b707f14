import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reports.errors import SnapshotUnreadableError
from reports.i18n import LANGUAGES
from reports.render.html import render_html
from reports.snapshot import collect_thumbnails, read_snapshot, write_snapshot
from tests.reports.sample import SampleDesk, build_picture

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


def test_a_snapshot_of_the_first_version_is_read_and_rendered_without_what_it_has_not() -> None:
    first = (Path(__file__).parent / "snapshot-1.json").read_bytes()
    report = read_snapshot(first, lambda sha256: build_picture(1))
    assert report.log is None
    assert [verdict.logged for verdict in report.iter_verdicts()] == [None, None, None]
    assert 'id="cited-1"' in render_html(report).decode()
    assert json.loads(write_snapshot(report))["schema_version"] == 2


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"schema":"sankofa-report-snapshot","schema_version":3}'])
def test_what_is_no_snapshot_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotUnreadableError):
        read_snapshot(content, lambda _: b"")
