"""An erasure that touches a frozen report leaves a redacted edition of it, and no other report changes."""

import hashlib
import re
import zipfile
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from index.backends.memory import MemoryStore
from index.errors import OriginalMissingError
from index.log.entries import digest_record
from index.model import MediaItem, Person, Report
from reports.errors import CitationRefusedError
from reports.public_accounts import parse_public_accounts
from reports.snapshot import read_snapshot
from sankofa.desk import Desk
from sankofa.workflows.erase import erase, plan_erasure
from sankofa.workflows.inspect import inspect
from sankofa.workflows.log import iter_entries
from sankofa.workflows.log_check import check_log
from sankofa.workflows.pack import build_pack
from sankofa.workflows.publish import freeze_report, read_file, read_files
from tests.reports.sample import fill
from tests.sankofa.desks import open_test_desk
from tests.sankofa.workflows.test_publish import Clock

TEXT = "Voir [@V-2023-0002]. Elle écrit : « Capture près de Tikrit », à https://news.example/2003/12/14."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with a report of Mali in French, whose text quotes evidence, and one of Niger."""
    sample = fill(tmp_path, MemoryStore())
    editor = Person(id="ines.keita", name="Inès Keïta", roles=("editor",))
    sample.store.revise(editor, expected_revision=0)
    desk = replace(open_test_desk(tmp_path, person_id=editor.id), store=sample.store, vault=sample.vault, clock=Clock())
    desk = replace(desk, public_accounts=parse_public_accounts('accounts = ["x:@compte-1"]'))
    freeze_report(desk, country="ML", month="2023-11", language="fr", text=TEXT)
    freeze_report(desk, country="NE", month="2023-11", language="fr")
    return desk


def get_report(desk: Desk, country: str = "ML") -> Report:
    return desk.store.get(Report, f"R-{country}-2023-11-fr")


def read_all(desk: Desk, report: Report) -> str:
    """Everything that any format of a report says, unpacked."""
    return "\n".join(unpack(content) for content in read_files(desk, report).values())


def unpack(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL) if content.startswith(b"%PDF") else []
    return "\n".join(map(_inflate, streams)) + content.decode("utf-8", "replace")


def _inflate(stream: bytes) -> str:
    try:
        return zlib.decompress(stream).decode("utf-8", "replace")
    except zlib.error:
        return ""


CASES = {
    "evidence": ("E-1", ("Capture près de Tikrit", "news.example")),
    "post": ("P-1", ("@compte-1", "x.example/post/1")),
    "claim": ("C-2023-0001", ("Cette photo montre un tunnel", "أغيلهوك")),
    "verdict": ("V-2023-0002", ("TROMPEUR", "La photo date de 2003", "benbere.example")),
    "check": ("CR-1", ("Un tunnel à Aguelhoc",)),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_what_was_erased_is_in_any_format_and_all_else_stays(desk: Desk, name: str) -> None:
    named, words = CASES[name]
    before, other = get_report(desk), get_report(desk, "NE")
    files, said = read_files(desk, other), read_all(desk, before)
    assert all(word in said for word in words)
    if name == "post":
        words = words[1:]  # the claimant of the claim has the same name, and was not erased

    erase(desk, [named], reason="law")

    after = get_report(desk)
    told = read_all(desk, after)
    assert [word for word in words if word in told] == []
    assert "5 décembre 2023" in told
    assert (after.revision, after.built_at, after.cites) == (before.revision, before.built_at, before.cites)
    assert after.erased is not None
    old = {*before.files().values()} - {*after.files().values()}
    assert before.html_sha256 in old
    assert not old & {one.sha256 for one in desk.vault.iter_originals()}
    assert (get_report(desk, "NE"), read_files(desk, other)) == (other, files)
    assert (check_log(desk)[1], [each for each in inspect(desk).problems if "R-" in each.where]) == ([], [])


def test_the_log_holds_the_digests_of_both_editions(desk: Desk) -> None:
    before = get_report(desk)
    erase(desk, ["E-1"], reason="law")

    entries = [entry for _, entry in iter_entries(desk) if entry.subject == before.id]

    assert [entry.act for entry in entries] == ["freeze", "erase"]
    assert entries[0].digest == digest_record(before)
    assert entries[1].more["stubs"] == [{"revision": 1, "digest": digest_record(get_report(desk))}]


def test_a_picture_that_was_erased_is_in_no_format_and_says_so_in_its_place(desk: Desk) -> None:
    before = get_report(desk)
    snapshot = read_snapshot(read_file(desk, before.id, None, "snapshot")[1], desk.vault.read)
    shown = snapshot.cases[0].comparisons[0].use
    picture = hashlib.sha256(shown.thumbnail or b"").hexdigest()

    erase(desk, [shown.media_id], reason="law")

    after = get_report(desk)
    redacted = read_snapshot(read_file(desk, before.id, None, "snapshot")[1], desk.vault.read)
    medium = redacted.cases[0].comparisons[0].use
    said = "Effacé le 5 décembre 2023."
    assert (medium.media_id, medium.thumbnail, medium.missing, medium.alt) == (shown.media_id, None, said, said)
    assert picture in before.thumbnails_sha256
    assert picture not in after.thumbnails_sha256
    with pytest.raises(OriginalMissingError):
        desk.vault.read(picture)
    assert desk.store.get(MediaItem, shown.media_id).is_stub


def test_a_second_erasure_makes_another_edition_and_freezing_again_another_revision(desk: Desk) -> None:
    erase(desk, ["E-1"], reason="law")
    first = get_report(desk)
    erase(desk, ["P-1"], reason="law")
    second = get_report(desk)
    again = freeze_report(desk, country="ML", month="2023-11", language="fr").record

    assert first.files() != second.files()
    assert (second.revision, again.revision, again.erased) == (1, 2, None)
    assert desk.store.get(Report, again.id, revision=1) == second
    assert "Capture près de Tikrit" not in read_all(desk, again)
    assert check_log(desk)[1] == []


def test_what_was_erased_cannot_be_cited_any_more(desk: Desk) -> None:
    erase(desk, ["V-2023-0002"], reason="law")

    with pytest.raises(CitationRefusedError, match="was erased"):
        freeze_report(desk, country="ML", month="2023-11", language="fr", text=TEXT)


def test_a_plan_names_the_reports_and_their_files_outside(desk: Desk) -> None:
    file = desk.home / "reports" / "R-ML-2023-11-fr.pdf"
    file.parent.mkdir()
    file.write_bytes(b"given out")

    plan = plan_erasure(desk, ["E-1"])

    assert [f"{one.id}.{one.revision}" for one in plan.reports] == ["R-ML-2023-11-fr.1"]
    assert plan.copies == (file,)
    assert plan_erasure(desk, ["person:ines.keita"]).reports == ()


def test_the_pack_of_a_redacted_report_is_intact_and_says_that_something_was_erased(desk: Desk) -> None:
    snapshot = read_snapshot(read_file(desk, get_report(desk).id, None, "snapshot")[1], desk.vault.read)
    erase(desk, ["E-1", "V-2023-0002", snapshot.cases[0].comparisons[0].use.media_id], reason="law")

    pack = build_pack(desk, get_report(desk).id)

    assert pack.result.problems == []
    assert "erased" in {caution.code for caution in pack.result.cautions}
    with zipfile.ZipFile(pack.file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert [word for word in ("Capture près de Tikrit", "La photo date de 2003") if word.encode() in content] == []
