"""The log of a desk: what acts leave in it, how it is signed, and that every change to it or to what it names is found."""

import base64
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from index.backends.memory import MemoryStore
from index.errors import LogAlteredError, LogKeyError
from index.log.entries import digest_record, read_entry
from index.log.hashes import BLOCK
from index.log.notes import open_checkpoint, read_public_key
from index.log.tree import compute_root, hash_leaf, is_included
from index.model import Claim, Cursor, Event, Evidence, Person, Verdict, Wording
from index.query import ClaimQuery
from index.ratings import Rating
from index.store import iter_log
from sankofa.desk import Desk
from sankofa.errors import InputError
from sankofa.workflows.acts import commit, commit_batch
from sankofa.workflows.adopt import adopt
from sankofa.workflows.attach import build_note
from sankofa.workflows.exchange import import_records, iter_records
from sankofa.workflows.follow import keep_event
from sankofa.workflows.judge import add_person, change_person
from sankofa.workflows.log import begin_log, export_log, iter_entries, list_keys, prove_entry, sign_log
from sankofa.workflows.log_check import check_log
from sankofa.workflows.saved import remove_search, save_search
from tests.contracts.records import build_claim, build_verdict
from tests.sankofa.desks import open_test_desk


def open_desk(folder: Path) -> Desk:
    desk = open_test_desk(folder, person_id="awa")
    desk.store.revise(Person(id="awa", name="Awa Diarra", organisation="Desk"), expected_revision=0)
    return desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk on which a claim was added and a verdict published, the log signed, and the verdict corrected."""
    desk = open_desk(tmp_path)
    commit(desk, build_claim(1, "Tunnels"), expected_revision=0, act="add")
    verdict = commit(desk, build_verdict(1, "C-2023-0001", "Sankofa", Rating.FALSE), expected_revision=0, act="publish")
    sign_log(desk)
    commit(desk, replace(verdict, status="corrected", reason="r"), expected_revision=1, act="correct")
    return desk


def memory_of(desk: Desk) -> MemoryStore:
    assert isinstance(desk.store, MemoryStore)
    return desk.store


def list_acts(desk: Desk) -> list[tuple[str, str, int]]:
    return [(entry.act, entry.subject, entry.revision) for _, entry in iter_entries(desk) if entry.act != "key"][1:]


def test_every_act_leaves_an_entry_that_names_who_what_and_the_digest(desk: Desk) -> None:
    assert list_acts(desk) == [("add", "C-2023-0001", 1), ("publish", "V-2023-0001", 1), ("correct", "V-2023-0001", 2)]
    first, *_, last = (entry for _, entry in iter_entries(desk))
    assert (first.act, first.kind) == ("begin", "log")
    kept = desk.store.get(Verdict, "V-2023-0001")
    assert (last.actor, last.digest, last.at) == (kept.revised_by, digest_record(kept), kept.revised_at)
    assert check_log(desk) == (5, [])


def test_the_list_of_persons_searches_and_followed_events_leave_entries_once(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    event = Event(id="kidal", names=(Wording("fr", "Kidal"),))
    for _ in range(2):  # the same again is no act
        add_person(desk, "ines", roles=("editor",))
    for _ in range(2):
        change_person(desk, "ines", organisation="Benbere")
        save_search(desk, "Tunnels", "tunnel", ClaimQuery())
        keep_event(desk, event)
    remove_search(desk, "Tunnels")
    keep_event(desk, replace(event, accounts=("@DirCom",)))

    assert list_acts(desk) == [
        ("add", "ines", 1),
        ("change", "ines", 2),
        ("save", "tunnels", 1),
        ("follow", "kidal", 1),
        ("remove", "tunnels", 2),
        ("follow", "kidal", 2),
    ]
    assert check_log(desk)[1] == []


def test_what_the_log_took_up_is_not_changed_unseen_though_it_has_no_history(desk: Desk) -> None:
    note, other = build_note("Le témoin confirme"), build_note("Un autre")
    desk.store.add([note, other])
    adopt(desk, [note])
    assert check_log(desk)[1] == []

    shelf = memory_of(desk)._shelves[Evidence.KIND]
    shelf.histories[note.id] = [replace(note, note="Le témoin dément")]
    assert [where for where, says in check_log(desk)[1] if "changed" in says] == [f"evidence {note.id}"]
    del shelf.histories[note.id]
    assert [where for where, says in check_log(desk)[1] if "not here" in says] == [f"evidence {note.id}"]


def test_a_log_that_takes_something_up_has_begun(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    adopt(desk, [build_note("De vive voix")])
    assert [entry.act for _, entry in iter_entries(desk)] == ["begin", "adopt"]


def test_of_two_that_begin_a_log_one_does(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda _: begin_log(desk), range(8)))
    assert [entry.act for _, entry in iter_entries(desk)] == ["begin"]


def test_a_batch_that_was_collected_leaves_one_entry(tmp_path: Path) -> None:
    desk = replace(open_test_desk(tmp_path), person_id="")
    cursor = commit_batch(desk, Cursor(id="Q-1", source="x", position="9"), posts=40, new_posts=12)

    (_, entry) = list(iter_entries(desk))[1]

    assert (entry.act, entry.actor, entry.subject, entry.revision) == ("collect", "", "Q-1", 1)
    assert entry.more == {"source": "x", "posts": 40, "new_posts": 12}
    assert entry.digest == digest_record(cursor)


def test_what_was_published_before_the_log_began_is_taken_up(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.store.revise(build_claim(1, "Tunnels"), expected_revision=0)
    verdict = build_verdict(1, "C-2023-0001", "Sankofa", Rating.FALSE)
    for number, one in enumerate((verdict, replace(verdict, external=True), replace(verdict, status="draft")), 1):
        desk.store.revise(replace(one, id=f"V-2023-000{number}"), expected_revision=0)
    desk.store.revise(replace(verdict, status="corrected"), expected_revision=1)

    commit(desk, build_claim(2, "Kidal"), expected_revision=0, act="add")

    assert list_acts(desk) == [("adopt", "V-2023-0001", 1), ("adopt", "V-2023-0001", 2), ("add", "C-2023-0002", 1)]
    assert check_log(desk)[1] == []


def test_what_was_published_on_another_desk_and_imported_has_its_entries(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text("".join(f"{line}\n" for line in iter_records(desk, ["claim", "verdict"])), "utf-8")
    other = open_desk(tmp_path / "other")
    commit(other, build_claim(9, "Kidal"), expected_revision=0, act="claim")

    for _ in range(2):  # the same file again adds nothing
        assert import_records(other, file).refused == ()

    assert list_acts(other)[1:] == [("import", "V-2023-0001", 1), ("import", "V-2023-0001", 2)]
    assert check_log(other)[1] == []


def test_a_published_revision_without_entry_is_found(desk: Desk) -> None:
    desk.store.revise(build_verdict(2, "C-2023-0001", "Sankofa", Rating.TRUE), expected_revision=0)
    desk.store.revise(build_verdict(3, "C-2023-0001", "AFP", Rating.TRUE, external=True), expected_revision=0)
    desk.store.revise(build_verdict(4, "C-2023-0001", "Sankofa", None, status="draft"), expected_revision=0)

    assert check_log(desk)[1] == [("verdict V-2023-0002.1", "was published, and no entry of the log names it")]


def change_record(store: MemoryStore) -> None:
    history = store._shelves["verdict"].histories["V-2023-0001"]
    verdict = history[0]
    assert isinstance(verdict, Verdict)
    history[0] = replace(verdict, reason="changed later")


def drop_record(store: MemoryStore) -> None:
    store._shelves["claim"].histories["C-2023-0001"].pop()


def flip(store: MemoryStore) -> None:
    store._log[1] = store._log[1].replace(b'"add"', b'"adt"')


def make_unreadable(store: MemoryStore) -> None:
    store._log[2] = store._log[2][:-1]


def swap(store: MemoryStore) -> None:
    store._log[1], store._log[2] = store._log[2], store._log[1]


def insert(store: MemoryStore) -> None:
    store._log.insert(1, store._log[1])


def delete(store: MemoryStore) -> None:
    del store._log[1]


def cut(store: MemoryStore) -> None:
    del store._log[2:]


def empty(store: MemoryStore) -> None:
    store._log.clear()


@pytest.mark.parametrize(
    "alter", [change_record, drop_record, flip, make_unreadable, swap, insert, delete, cut], ids=lambda f: f.__name__
)
def test_every_change_to_what_was_signed_is_found(desk: Desk, alter: Any) -> None:
    alter(memory_of(desk))

    assert check_log(desk)[1] != []


@pytest.mark.parametrize("alter", [flip, swap, insert, delete, cut], ids=lambda f: f.__name__)
def test_a_log_that_does_not_begin_with_what_was_signed_is_not_signed_again(desk: Desk, alter: Any) -> None:
    alter(memory_of(desk))

    with pytest.raises(LogAlteredError, match=r"store check|begin"):
        sign_log(desk)


def test_a_damaged_checkpoint_is_found(desk: Desk) -> None:
    (file,) = (desk.home / "log").glob("*/checkpoints/*.txt")
    file.write_text(file.read_text("utf-8").replace("\n4\n", "\n3\n"), "utf-8")

    ((where, says),) = check_log(desk)[1]
    assert (where, says.partition(":")[0]) == (f"checkpoint {file}", "the signature of the checkpoint is wrong")


def test_the_key_is_made_at_first_use_and_stays(desk: Desk) -> None:
    (key,) = (desk.home / "log").glob("*/key")
    assert key.stat().st_mode & 0o777 == 0o600
    before = key.read_bytes()

    one, other = sign_log(desk), sign_log(desk)

    assert (one.fingerprint, one.note, key.read_bytes()) == (other.fingerprint, other.note, before)
    assert [known.fingerprint for known in list_keys(desk)] == [one.fingerprint]
    assert one.checkpoint.root == compute_root(iter_log(desk.store))[1]


def test_a_new_key_leaves_a_trace_and_is_signed_by_the_old_one(desk: Desk) -> None:
    old = sign_log(desk)

    new = sign_log(desk, new_key=True)
    later = sign_log(desk)

    before, after = list_keys(desk)
    assert (before.fingerprint, after.fingerprint) == (old.fingerprint, new.fingerprint)
    assert open_checkpoint(new.note, [before]) == open_checkpoint(new.note, [after]) == new.checkpoint
    entry = list(iter_entries(desk))[-1][1]
    assert (entry.act, entry.subject, entry.more["replaces"]) == ("key", new.fingerprint, old.fingerprint)
    assert before.is_signed(f"{entry.more['key']}\n", base64.b64decode(entry.more["signature"]))
    assert (later, new.note.count("— ")) == (new, 2)
    assert check_log(desk)[1] == []


def test_a_key_that_others_may_read_signs_nothing_until_there_is_a_new_one(desk: Desk) -> None:
    (key,) = (desk.home / "log").glob("*/key")
    key.chmod(0o644)

    with pytest.raises(LogKeyError, match="chmod 600"):
        sign_log(desk)
    signed = sign_log(desk, new_key=True)

    assert signed.note.count("— ") == 1
    assert key.stat().st_mode & 0o777 == 0o600
    assert "replaces" not in list(iter_entries(desk))[-1][1].more


def test_another_desk_on_the_same_store_has_a_key_of_its_own_that_the_log_names(desk: Desk, tmp_path: Path) -> None:
    other = replace(desk, home=tmp_path / "other")

    signed = sign_log(other)

    assert [key.fingerprint for key in list_keys(desk)][-1] == signed.fingerprint
    assert len(list_keys(desk)) == 2
    assert check_log(desk)[1] == check_log(other)[1] == []


def test_an_entry_is_proven_to_be_in_the_log(desk: Desk) -> None:
    for number in range(5):
        proven = prove_entry(desk, number)

        leaf = hash_leaf(proven.entry.encode())
        assert is_included(leaf, number, proven.size, proven.proof, proven.root)
    with pytest.raises(InputError, match="no entry 5: it has 5"):
        prove_entry(desk, 5)


@dataclass
class Outsider:
    """Checks an export with nothing of ours but the files."""

    folder: Path

    def compute_root(self) -> str:
        hashes = [
            hashlib.sha256(b"\0" + line).digest() for line in (self.folder / "log.jsonl").read_bytes().splitlines()
        ]
        return base64.b64encode(self._join(hashes)).decode()

    def _join(self, hashes: list[bytes]) -> bytes:
        if len(hashes) == 1:
            return hashes[0]
        left = 1 << (len(hashes) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + self._join(hashes[:left]) + self._join(hashes[left:])).digest()


def test_an_outsider_checks_an_export_with_its_files_alone(desk: Desk, tmp_path: Path) -> None:
    for number in range(2 * BLOCK):
        desk.store.append_log([json.dumps({"n": number}).encode()])
    del memory_of(desk)._log[5:]  # entries of no act would not be ours
    signed = export_log(desk, tmp_path / "out")

    note = (tmp_path / "out" / "checkpoint.txt").read_text("utf-8")
    assert note.split("\n")[:3] == [signed.checkpoint.origin, "5", Outsider(tmp_path / "out").compute_root()]
    keys = [read_public_key(line) for line in (tmp_path / "out" / "keys.txt").read_text().splitlines()]
    assert open_checkpoint(note, keys) == signed.checkpoint
    lines = (tmp_path / "out" / "log.jsonl").read_bytes().splitlines()
    assert [read_entry(line) for line in lines] == [entry for _, entry in iter_entries(desk)]


def test_what_was_remembered_of_a_log_never_hides_that_it_was_changed(desk: Desk, tmp_path: Path) -> None:
    for number in range(2, BLOCK + 40):
        commit(desk, build_claim(number, "Tunnels"), expected_revision=0, act="add")
    sign_log(desk)
    flip(memory_of(desk))

    assert check_log(desk)[1] != []
    with pytest.raises(LogAlteredError):
        export_log(desk, tmp_path / "out")


def test_a_desk_without_its_home_folder_still_checks_what_the_log_names(desk: Desk) -> None:
    shutil.rmtree(desk.home / "log")
    assert check_log(desk)[1] == []
    change_record(memory_of(desk))

    assert [where for where, _ in check_log(desk)[1]] == ["verdict V-2023-0001.1"]


def test_an_empty_log_has_nothing_wrong(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    desk.store.revise(Claim(id="C-2023-0001", wordings=(Wording("fr", "Tunnels"),)), expected_revision=0)

    assert check_log(desk) == (0, [])
    assert list(iter_entries(desk)) == []
