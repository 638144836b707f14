import base64
import hashlib
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.errors import RevisionConflictError
from index.log.entries import digest_record, read_entry
from index.log.notes import open_checkpoint
from index.log.tree import hash_leaf, is_included
from index.model import Claim, Person, Report, Verdict, Wording
from index.ratings import Rating
from index.store import Store
from reports.errors import CitationRefusedError
from reports.formats import FORMATS
from reports.snapshot import read_snapshot
from sankofa.desk import Desk
from sankofa.errors import InputError, PersonRequiredError
from sankofa.workflows.log import iter_entries, list_keys
from sankofa.workflows.log_check import check_log
from sankofa.workflows.publish import FrozenReport, freeze_report, preview_report, read_file, read_files
from sankofa.workflows.verdicts import Written, approve, draft_verdict, submit
from tests.reports.sample import NOW, fill
from tests.sankofa.desks import open_test_desk

TEXT = "# Novembre\n\nVoir [@V-2023-0001] et *[@V-2023-0002.1]*, <script>alert(1)</script>."


@dataclass
class Clock:
    """A clock that goes on by a minute whenever somebody looks at it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def open_desk(folder: Path, store: Store) -> Desk:
    sample = fill(folder, store)
    sample.store.revise(Person(id="ines.keita", name="Inès Keïta"), expected_revision=0)
    return replace(
        open_test_desk(folder, person_id="ines.keita"), store=sample.store, vault=sample.vault, clock=Clock()
    )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path, MemoryStore())


@pytest.fixture(params=["memory", "embedded", "elasticsearch"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: dict[str, Callable[[], Store]] = {
        "memory": MemoryStore,
        "embedded": lambda: open_embedded(tmp_path / "desk.db"),
        "elasticsearch": lambda: open_elasticsearch(
            Access(url=request.getfixturevalue("elasticsearch_url")),
            prefix=request.getfixturevalue("elasticsearch_prefix"),
        ),
    }
    with closing(opened[request.param]()) as store:
        yield store


def freeze(desk: Desk, language: str = "fr", text: str = TEXT) -> FrozenReport:
    return freeze_report(desk, country="ML", month="2023-11", language=language, text=text)


def change(desk: Desk, dice: random.Random) -> None:
    """Revise, correct or withdraw something, or state a claim."""
    act = dice.choice(("correct", "withdraw", "word", "new"))
    if act in ("correct", "withdraw"):
        verdict = desk.store.get(Verdict, dice.choice(("V-2023-0001", "V-2023-0002")))
        said = replace(verdict, rating=dice.choice(list(Rating)), reason=act, revised_at=desk.clock())
        said = replace(said, status="corrected") if act == "correct" else replace(said, status="withdrawn")
        desk.store.revise(said, expected_revision=verdict.revision)
    elif act == "word":
        claim = desk.store.get(Claim, "C-2023-0001")
        worded = replace(claim, wordings=(Wording("fr", f"Autrement dit {dice.random()}"),))
        desk.store.revise(worded, expected_revision=claim.revision)
    else:
        claim_id = f"C-2023-{dice.randrange(1000, 10**6)}"
        day = f"2023-11-{dice.randrange(1, 31):02d}"
        claim = Claim(id=claim_id, wordings=(Wording("fr", claim_id),), countries=("ML",), first_appeared_on=day)
        desk.store.revise(claim, expected_revision=0)


def test_no_later_revision_changes_a_byte_of_a_frozen_report(tmp_path: Path, any_store: Store) -> None:
    desk = open_desk(tmp_path, any_store)
    dice = random.Random(11)
    frozen = {freeze(desk).record.revision: read_files(desk, desk.store.get(Report, "R-ML-2023-11-fr"))}

    for number in range(12):
        change(desk, dice)
        if number % 4 == 3:
            again = freeze(desk, text="")
            frozen[again.record.revision] = read_files(desk, again.record)

    assert list(frozen) == [1, 2, 3, 4]
    assert len({files["snapshot"] for files in frozen.values()}) == 4
    for revision, files in frozen.items():
        record = desk.store.get(Report, "R-ML-2023-11-fr", revision=revision)
        assert read_files(desk, record) == files
        assert assert_proven(desk, files)
        assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == record.files()


def assert_proven(desk: Desk, files: Mapping[str, bytes]) -> set[str]:
    """Every verdict that a report names is proven by the checkpoint that it prints; returns which they are."""
    content = json.loads(files["json"])
    verdicts = [*content["cited"], *(verdict for case in content["cases"] for verdict in case["verdicts"])]
    checkpoint = open_checkpoint(content["log"]["checkpoint"], list_keys(desk))
    for verdict in verdicts:
        logged, (verdict_id, _, revision) = verdict["logged"], verdict["id"].rpartition(".")
        leaf, path = hash_leaf(logged["entry"].encode()), [base64.b64decode(step) for step in logged["path"]]
        assert is_included(leaf, logged["number"], checkpoint.size, path, checkpoint.root)
        assert not is_included(hash_leaf(b"another"), logged["number"], checkpoint.size, path, checkpoint.root)
        named = desk.store.get(Verdict, verdict_id, revision=int(revision))
        assert read_entry(logged["entry"].encode()).digest == logged["digest"] == digest_record(named)
    return {verdict["id"] for verdict in verdicts}


def test_verdicts_of_the_desk_and_of_others_are_proven_and_named_in_the_log_once(desk: Desk) -> None:
    written = Written(rating=Rating.FALSE, explanation=(Wording("fr", "Datée de 2003."),))
    drafted = submit(desk, draft_verdict(desk, "C-2023-0001", written).id)
    desk.store.revise(Person(id="awa.diarra", name="Awa Diarra", roles=("editor",)), expected_revision=0)
    own = approve(replace(desk, person_id="awa.diarra"), drafted.id)

    frozen = freeze(desk, text=f"Voir [@{own.id}] et [@V-2023-0001].")
    freeze(desk, language="en")

    proven = assert_proven(desk, read_files(desk, frozen.record))
    assert proven == {"V-2023-0001.2", "V-2023-0002.1", own.cited_as}
    assert [entry.act for _, entry in iter_entries(desk, subject="V-2023-0001")] == ["adopt"]
    assert check_log(desk)[1] == []


def test_the_checkpoint_and_the_numbers_of_entries_stand_in_every_format_that_people_read(desk: Desk) -> None:
    files = read_files(desk, freeze(desk).record)
    report = read_snapshot(files["snapshot"], desk.vault.read)
    assert report.log is not None
    *_, signature = report.log.checkpoint.splitlines()
    with zipfile.ZipFile(BytesIO(files["docx"])) as archive:
        document = archive.read("word/document.xml").decode()
    pdf = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(files["pdf"])).pages)
    for text in (files["html"].decode(), document, pdf):
        assert signature.split()[-1] in "".join(text.split())
    proof = report.cited[0].logged
    assert proof is not None
    for name in ("csv", "bibtex", "ris", "csl-json"):
        assert proof.digest in files[name].decode()


def test_every_format_is_rendered_from_the_snapshot_alone(desk: Desk) -> None:
    files = read_files(desk, freeze(desk).record)
    report = read_snapshot(files["snapshot"], desk.vault.read)
    assert files.keys() == FORMATS.keys()
    assert {name: form.render(report) for name, form in FORMATS.items()} == files


def test_the_record_names_what_the_report_cites(desk: Desk) -> None:
    record = freeze(desk).record
    assert record.cites == ("V-2023-0001.2", "V-2023-0002.1")
    assert record.built_at.tzinfo is not None
    assert all(desk.vault.has(sha256) for sha256 in record.thumbnails_sha256)
    assert record.thumbnails_sha256


def test_a_preview_keeps_nothing(desk: Desk) -> None:
    before = {original.sha256 for original in desk.vault.iter_originals()}
    content = preview_report(desk, country="ML", month="2023-11", language="ar", text=TEXT)
    assert [cited.id for cited in content.cited] == ["V-2023-0001.2", "V-2023-0002.1"]
    assert {original.sha256 for original in desk.vault.iter_originals()} == before
    assert desk.store.count(Report) == 0


def test_a_text_that_cites_what_cannot_be_cited_freezes_nothing(desk: Desk) -> None:
    with pytest.raises(CitationRefusedError, match="line 1, column 5: 'V-2023-0099'"):
        freeze(desk, text="voir[@V-2023-0099]")
    assert desk.store.count(Report) == 0


def test_nobody_freezes_without_saying_who(desk: Desk) -> None:
    with pytest.raises(PersonRequiredError):
        freeze(replace(desk, person_id=""))
    assert desk.store.count(Report) == 0


def test_a_clock_that_runs_backwards_freezes_nothing(desk: Desk) -> None:
    freeze(desk)
    early = replace(desk, clock=lambda: datetime(2023, 12, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="set the clock first"):
        freeze(early)
    assert desk.store.get(Report, "R-ML-2023-11-fr").revision == 1


def test_of_two_who_freeze_at_once_one_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = FORMATS["snapshot"]

    def meanwhile(report: object) -> bytes:
        monkeypatch.undo()
        freeze(desk, text="")
        return b"late"

    monkeypatch.setitem(FORMATS, "snapshot", replace(slow, render=meanwhile))
    with pytest.raises(RevisionConflictError):
        freeze(desk)
    _, snapshot = read_file(desk, "R-ML-2023-11-fr", None, "snapshot")
    assert desk.store.get(Report, "R-ML-2023-11-fr").revision == 1
    assert snapshot != b"late"
