"""What goes into an evidence pack, what is left out and why, and that the same act gives the same bytes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.errors import LogAlteredError
from index.identifiers import name_medium
from index.log.entries import Entry, digest_record
from index.model import Capture, MediaItem, Report, Verdict
from index.ratings import Rating
from index.store import Store
from reports.public_accounts import parse_public_accounts
from sankofa.desk import Desk
from sankofa.workflows.erase import erase
from sankofa.workflows.log import iter_entries, sign_log
from sankofa.workflows.log_check import check_log
from sankofa.workflows.pack import build_pack, locate_pack
from sankofa.workflows.verdicts import suppress
from tests.contracts.records import build_claim, build_verdict
from tests.integrity.world import EDITOR, freeze, judge, open_newsroom, pack, publish, small_reports
from tests.reports.sample import build_picture


@pytest.fixture(autouse=True)
def _small() -> Iterator[None]:
    with small_reports():
        yield


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_newsroom(tmp_path)


def open_pack(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def read_absent(content: bytes) -> dict[str, str]:
    about: dict[str, Any] = json.loads(open_pack(content).read("pack.json"))
    return {one["what"]: one["why"] for one in about["absent"]}


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


def test_on_every_backend_a_pack_is_intact_and_the_same_again_whatever_was_logged_since(
    any_store: Store, tmp_path: Path
) -> None:
    desk = open_newsroom(tmp_path, any_store)
    verdict_id = publish(desk)
    earlier = sign_log(desk).note
    frozen = freeze(desk, f"[@{verdict_id}]")
    first = pack(desk, frozen)
    publish(desk, rating=Rating.TRUE)
    sign_log(desk)

    assert pack(desk, frozen) == first
    assert judge(first, earlier).problems == judge(pack(desk, f"{verdict_id}.3"), earlier).problems == []
    assert check_log(desk)[1] == []


def test_a_pack_holds_all_that_the_report_names(desk: Desk) -> None:
    content = pack(desk, freeze(desk))
    report = desk.store.get(Report, "R-ML-2023-11-fr")
    with open_pack(content) as opened:
        names = set(opened.namelist())
        digests = {hashlib.sha256(opened.read(name)).hexdigest() for name in names}

    assert {*report.files().values(), *report.thumbnails_sha256} <= digests
    for cited in report.cites:
        assert f"records/verdict/{cited}.json" in names
    kept = [one.sha256 for one in desk.store.iter_records(MediaItem) if desk.vault.has(one.sha256)]
    assert {f"originals/{sha256}" for sha256 in kept} <= names
    assert {"README.txt", "verify.py", "checkpoint.txt", "keys.txt", "MANIFEST"} <= names
    assert set(read_absent(content).values()) == {"missing"}


def test_a_pack_says_how_posts_came_whose_address_the_report_prints_and_names_no_other(desk: Desk) -> None:
    other = Capture(
        id="K-other",
        subject_id="P-other",
        source="x",
        url="https://x.example/other",
        retrieved_at=desk.clock(),
        tool="t",
    )
    desk.store.add([other])
    desk = replace(desk, public_accounts=parse_public_accounts('accounts = ["x:@compte-1"]'))

    names = open_pack(pack(desk, freeze(desk))).namelist()

    captures = [name for name in names if name.startswith("records/capture/")]
    assert "records/capture/K-1.json" in captures
    assert "records/capture/K-2.json" not in captures  # its account has a pseudonym
    assert "records/capture/K-other.json" not in captures
    assert [name for name in names if name.startswith(("records/post/", "records/appearance/"))] == []


def test_originals_can_stay(desk: Desk) -> None:
    freeze(desk)
    built = build_pack(desk, "R-ML-2023-11-fr", with_originals=False)

    assert built.result.is_intact
    assert [name for name in open_pack(built.file.read_bytes()).namelist() if name.startswith("originals/")] == []
    assert "stays" in read_absent(built.file.read_bytes()).values()


def test_what_was_kept_before_its_acts_were_logged_is_taken_up(desk: Desk) -> None:
    pack(desk, freeze(desk))

    adopted = {entry.subject for _, entry in iter_entries(desk) if entry.act == "adopt"}
    assert {"C-2023-0001", "V-2023-0001", "V-2023-0002"} <= adopted
    entries = len(list(iter_entries(desk)))
    pack(desk, "R-ML-2023-11-fr.1")
    assert len(list(iter_entries(desk))) == entries


def test_something_published_behind_the_back_of_the_log_gets_no_pack(desk: Desk) -> None:
    publish(desk)
    desk.store.revise(build_verdict(9, "C-2023-0001", "Desk", Rating.TRUE), expected_revision=0)

    with pytest.raises(LogAlteredError, match="has no entry"):
        build_pack(desk, "V-2023-0009")


def test_a_record_that_was_changed_behind_the_back_of_the_log_makes_a_pack_that_is_not_intact(desk: Desk) -> None:
    verdict_id = publish(desk)
    assert isinstance(desk.store, MemoryStore)
    history = desk.store._shelves[Verdict.KIND].histories[verdict_id]
    changed = history[-1]
    assert isinstance(changed, Verdict)
    history[-1] = replace(changed, rating=Rating.TRUE)

    built = build_pack(desk, verdict_id)

    assert {one.code for one in built.result.problems} == {"record_changed"}


def test_what_a_suppressed_verdict_said_is_in_no_pack_any_more(desk: Desk) -> None:
    verdict_id = publish(desk)
    frozen = freeze(desk, f"[@{verdict_id}]")
    suppress(replace(desk, person_id=EDITOR), verdict_id, reason="un juge")

    content = pack(desk, frozen)

    assert judge(content).problems == []
    assert read_absent(content)[f"verdict {verdict_id}.3"] == "suppressed"
    assert [name for name in open_pack(content).namelist() if verdict_id in name] == []


def test_of_what_was_erased_the_stub_is_in_the_pack_that_the_log_names_and_nothing_else(desk: Desk) -> None:
    verdict_id = publish(desk)
    whole = pack(desk, f"{verdict_id}.3")
    assert isinstance(desk.store, MemoryStore)
    history = desk.store._shelves[Verdict.KIND].histories[verdict_id]
    said = [one for one in history if isinstance(one, Verdict)]
    history[:] = stubs = [replace(one, explanation=(), salt=f"{number:032}") for number, one in enumerate(said)]
    named = [{"revision": one.revision, "digest": digest_record(one)} for one in stubs]
    erased = Entry(
        act="erase", actor=EDITOR, at=desk.clock(), kind="verdict", subject=verdict_id, more={"stubs": named}
    )
    desk.store.append_log([erased.encode()])

    found = judge(pack(desk, f"{verdict_id}.3"))
    assert (found.problems, "erased" in {one.code for one in found.cautions}) == ([], True)
    history[:] = said
    assert {one.code for one in judge(pack(desk, f"{verdict_id}.3")).problems} == {"record_changed"}
    assert judge(whole).problems == []


def test_an_erasure_takes_the_packs_that_hold_it_and_the_next_one_holds_stubs(desk: Desk) -> None:
    desk.store.revise(build_claim(2, "Une autre"), expected_revision=0)
    frozen, other = freeze(desk, f"[@{publish(desk)}]"), publish(desk, "C-2023-0002")
    pack(desk, frozen)
    unrelated = build_pack(desk, other).file
    picture = hashlib.sha256(build_picture(1)).hexdigest()
    editor = replace(desk, person_id=EDITOR)

    erased = erase(editor, [name_medium(picture)], reason="safety of a source")

    assert [file.name for file in erased.packs] == [f"{frozen}.zip"]
    assert (locate_pack(desk, "R-ML-2023-11-fr", 1).exists(), unrelated.exists()) == (False, True)
    content = pack(desk, frozen)
    found = judge(content)
    assert (found.problems, "erased" in {one.code for one in found.cautions}) == ([], True)
    assert build_picture(1) not in content
    assert read_absent(content)[picture] == "erased"


def test_after_an_erasure_of_what_it_cites_the_pack_of_a_report_is_intact(desk: Desk) -> None:
    verdict_id = publish(desk)
    frozen = freeze(desk, f"Voir [@{verdict_id}].")
    editor = replace(desk, person_id=EDITOR)

    erase(editor, [verdict_id, "V-2023-0001"], reason="a court")

    content = pack(desk, frozen)
    assert judge(content).problems == []
    assert "C'est false" not in content.decode("latin-1")


def test_of_a_long_log_a_pack_holds_proofs_for_the_checkpoints_that_were_signed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sankofa.verifier", "sankofa.workflows.pack_proofs"):
        monkeypatch.setattr(f"{module}.MAX_LEAVES", 2)
    publish(desk)
    earlier = sign_log(desk)
    content = pack(desk, freeze(desk))

    assert "log/leaves" not in open_pack(content).namelist()
    assert judge(content, earlier.note).problems == []
    unsigned = earlier.note.partition("\n\n")[0]
    assert judge(content, unsigned).problems == []
    other_size = unsigned.replace(f"\n{earlier.checkpoint.size}\n", f"\n{earlier.checkpoint.size - 1}\n")
    assert {one.code for one in judge(content, other_size).problems} == {"outside_unproven"}
    other_root = unsigned.replace(unsigned.splitlines()[2], "A" * 43 + "=")
    assert {one.code for one in judge(content, other_root).problems} == {"outside_rewritten"}
