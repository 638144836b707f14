"""Nobody changes a pack or a log unseen, and no honest pack is called changed; `make integrity` tries it 50,000 times."""

import base64
import copy
import io
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.backends.memory import MemoryStore
from index.log.entries import Entry, digest_record, read_entry
from index.log.keys import make_signer
from index.log.notes import Signer
from index.model import KINDS, Revised, Verdict, Wording
from index.ratings import Rating
from sankofa import verifier
from sankofa.desk import Desk
from sankofa.verifier import (
    ABOUT,
    CHECKPOINT,
    ENTRIES,
    KEYS,
    LEAVES,
    MANIFEST,
    PROOFS,
    Pack,
    Result,
    read_object,
    verify_pack,
)
from sankofa.workflows.log import sign_log
from sankofa.workflows.verdicts import Written, approve, correct, withdraw
from tests.integrity.attacks import attack_as_insider, attack_as_stranger, attack_export, flip
from tests.integrity.world import (
    EDITOR,
    World,
    build_world,
    freeze,
    judge,
    judge_export,
    open_newsroom,
    pack,
    publish,
    read_files,
    repack,
    resign,
    small_reports,
    unpack,
)

EDITS = int(os.environ.get("SANKOFA_TEST_EDITS", "600"))
HONEST = max(EDITS // 50, 12)
SEED = int(os.environ.get("SANKOFA_TEST_SEED", "7"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("newsroom"))


def try_often(
    share: float, attack: Callable[[random.Random], tuple[Any, Any]], is_found: Callable[[Any], bool]
) -> None:
    """Attack so many times; *attack* returns what was there and what it made of it."""
    missed, tried = [], 0
    for number in range(int(EDITS * share)):
        before, after = attack(random.Random(f"{SEED} {number}"))
        if after != before:
            tried += 1
            if not is_found(after):
                missed.append(number)
    print(f"{tried} tried, {len(missed)} missed")  # noqa: T201  (what `make integrity` shows)
    assert missed == []
    assert tried > EDITS * share * 0.9


def test_the_pack_of_a_desk_is_intact(world: World) -> None:
    found = judge(world.pack, world.earlier)

    assert found.problems == []
    assert {one.code for one in found.cautions} == {"absent", "key_unknown"}
    assert "no_outside" in {one.code for one in judge(world.pack).cautions}
    assert judge_export(world.export, world.earlier).problems == []


def test_a_later_log_must_have_grown_from_that_of_the_pack(world: World, tmp_path: Path) -> None:
    other = build_world(tmp_path)
    same, foreign = (read_files(one.export) for one in (world, other))

    found = verify_pack(io.BytesIO(world.pack), later=same)
    assert "nothing_since" in {one.code for one in found.proven}
    assert {one.code for one in verify_pack(io.BytesIO(world.pack), later=foreign).problems} == {"later_differs"}


def test_every_bit_of_a_pack_counts(world: World) -> None:
    try_often(0.4, lambda dice: (world.pack, flip(world.pack, dice)), lambda made: not judge(made).is_intact)


def test_every_bit_that_the_log_proves_counts_even_for_who_holds_the_key(world: World) -> None:
    def attack(dice: random.Random) -> tuple[bytes, bytes]:
        return world.pack, attack_as_insider(world.pack, dice, world.signer, bits_only=True)

    try_often(0.3, attack, lambda made: not judge(made).is_intact)


def test_every_bit_of_an_export_counts(world: World) -> None:
    def attack(dice: random.Random) -> tuple[Any, Any]:
        return world.export, attack_export(world.export, dice, bits_only=True)

    try_often(0.3, attack, lambda made: not judge_export(made).is_intact)


def test_what_is_deleted_inserted_swapped_or_cut_off_is_found(world: World) -> None:
    def attack(dice: random.Random) -> tuple[bytes, bytes]:
        if dice.random() < 0.5:
            return world.pack, attack_as_stranger(world.pack, dice)
        return world.pack, attack_as_insider(world.pack, dice, world.signer, bits_only=False)

    try_often(0.4, attack, lambda made: not judge(made).is_intact)


def test_what_is_deleted_inserted_swapped_or_cut_off_in_an_export_is_found(world: World) -> None:
    def attack(dice: random.Random) -> tuple[Any, Any]:
        return world.export, attack_export(world.export, dice, bits_only=False)

    try_often(0.2, attack, lambda made: not judge_export(made).is_intact)


# --- by who holds the database and the key -----------------------------------------------------------------------------


def copy_store(desk: Desk, folder: Path) -> Desk:
    """Copy a desk as somebody does who restores a backup of it, key and all."""
    shutil.copytree(desk.home, folder, dirs_exist_ok=True)
    store = desk.store
    assert isinstance(store, MemoryStore)
    copied = MemoryStore()
    copied._shelves, copied._log = copy.deepcopy(store._shelves), list(store._log)
    return replace(desk, home=folder, store=copied, clock=copy.copy(desk.clock))


def rewrite(desk: Desk, verdict_id: str) -> None:
    """Change what a verdict said from its first revision on, and write all of the log anew."""
    store = desk.store
    assert isinstance(store, MemoryStore)
    history = store._shelves[Verdict.KIND].histories[verdict_id]
    verdicts = [one for one in history if isinstance(one, Verdict)]
    history[:] = [replace(one, rating=Rating.TRUE, textual_rating="Vrai") for one in verdicts]
    store._log[:] = [redo(desk, read_entry(text)).encode() for text in store._log]
    (folder,) = (desk.home / "log").iterdir()
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    (folder / "blocks").unlink(missing_ok=True)


def redo(desk: Desk, entry: Entry) -> Entry:
    """Let an entry name what stands there now."""
    kind = KINDS.get(entry.kind)
    if not entry.revision or kind is None or not issubclass(kind, Revised):
        return entry
    record = desk.store.get(kind, entry.subject, revision=entry.revision)
    return replace(entry, digest=digest_record(record))


def replay(desk: Desk, folder: Path) -> tuple[bytes, str]:
    """An older state is brought back, and its pack handed out as if it were the newest."""
    sign_log(desk)
    old = copy_store(desk, folder)
    publish(desk)
    return pack(old, freeze(old)), sign_log(desk).note


def fork(desk: Desk, folder: Path) -> tuple[bytes, str]:
    """Two versions of the log go on from one state; the reader has a checkpoint of the other."""
    sign_log(desk)
    other = copy_store(desk, folder)
    publish(desk, rating=Rating.TRUE)
    known = sign_log(desk).note
    publish(other)
    freeze(other)
    return pack(other, freeze(other)), known


def rewrite_all(desk: Desk, folder: Path) -> tuple[bytes, str]:
    """Database, log and checkpoints are written anew with the key."""
    verdict_id = publish(desk)
    known = sign_log(desk).note
    rewrite(desk, verdict_id)
    return pack(desk, freeze(desk, f"[@{verdict_id}]")), known


def set_clock_back(desk: Desk, folder: Path) -> tuple[bytes, str]:
    """A report is frozen today with the date of long ago, in a log that names nothing else since."""
    known = sign_log(desk).note
    earlier = desk.clock() - timedelta(hours=2)
    late = replace(desk, clock=lambda: earlier)
    return pack(late, freeze(late)), known


@pytest.mark.parametrize("attack", [replay, fork, rewrite_all, set_clock_back], ids=lambda one: one.__name__)
def test_who_holds_database_and_key_is_found_with_an_earlier_checkpoint(
    tmp_path: Path, attack: Callable[[Desk, Path], tuple[bytes, str]]
) -> None:
    for number in range(max(EDITS // 2_000, 1)):
        with small_reports():
            desk = open_newsroom(tmp_path / str(number))
            made, known = attack(desk, tmp_path / f"{number} copy")

        without, found = judge(made), judge(made, known)

        assert not found.is_intact
        assert {one.code for one in found.problems} & {
            "outside_newer", "outside_rewritten", "outside_clock",
        }  # fmt: skip
        if without.is_intact:
            assert "no_outside" in {one.code for one in without.cautions}
        else:
            assert {one.code for one in without.problems} == {"clock_back"}


# --- honest packs -----------------------------------------------------------------------------------------------------


def act(desk: Desk, dice: random.Random) -> str:
    """Do something that a newsroom does; returns what can be packed."""
    what = dice.choice(("publish", "correct", "withdraw", "freeze", "key"))
    own = [one for one in desk.store.iter_records(Verdict) if not one.external and one.stands]
    if what == "freeze" or (what in ("correct", "withdraw") and not own):
        return freeze(desk, language=dice.choice(("fr", "en", "ar")))
    if what == "key":
        sign_log(desk, new_key=dice.random() < 0.5)
    if what in ("publish", "key"):
        verdict_id = publish(desk, rating=dice.choice(list(Rating)))
        return desk.store.get(Verdict, verdict_id).cited_as
    verdict, editor = dice.choice(own), replace(desk, person_id=EDITOR)
    if what == "withdraw":
        return withdraw(editor, verdict.id, reason="démenti").cited_as
    correct(desk, verdict.id, Written(explanation=(Wording("fr", f"{dice.random()}"),)), reason="précision")
    return approve(editor, verdict.id).cited_as


def iter_honest(folder: Path, dice: random.Random, steps: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Let a newsroom work; yields packs, each built twice, with a checkpoint from before."""
    desk, notes = open_newsroom(folder), list[str]()
    for _ in range(steps):
        cited = act(desk, dice)
        first = pack(desk, cited)
        notes += [sign_log(desk).note] if dice.random() < 0.5 or not notes else []
        act(desk, dice)
        usable = [note for note in notes if verifier.read_checkpoint(*_text(note)).size <= _size(first)]
        yield first, pack(desk, cited), dice.choice(usable or [unpack(first)[0][CHECKPOINT].decode()])


def _text(note: str) -> tuple[str, str]:
    return verifier.read_note(note.encode(), "").text, ""


def _size(content: bytes) -> int:
    return verifier.read_checkpoint(*_text(unpack(content)[0][CHECKPOINT].decode())).size


def test_no_honest_pack_is_called_changed_and_the_same_act_gives_the_same_pack(tmp_path: Path) -> None:
    steps, packs = 12, 0
    with small_reports():
        for number in range(-(-HONEST // steps)):
            for first, again, known in iter_honest(tmp_path / str(number), random.Random(number), steps):
                packs += 1
                assert judge(first, known).problems == []
                assert again == first or _has_new_key(first, again)
    print(f"{packs} honest packs")  # noqa: T201  (what `make integrity` shows)
    assert packs >= HONEST


def _has_new_key(first: bytes, again: bytes) -> bool:
    """Whether the key changed between two packs of one act."""
    return unpack(first)[0]["keys.txt"] != unpack(again)[0]["keys.txt"]


# --- each check can fail ------------------------------------------------------------------------------------------------


def forge(world: World, changes: dict[str, bytes | None], signer: Signer | None = None) -> bytes:
    """Change members as who holds the key can; a member without bytes is taken out."""
    files, _ = unpack(world.pack)
    at = datetime.fromisoformat(read_object(files[ABOUT], ABOUT)["at"])
    made = {name: content for name, content in {**files, **changes}.items() if content is not None}
    return resign(made, at, signer or world.signer)


def find(world: World, start: str) -> tuple[str, bytes]:
    """Find the first member whose name begins so."""
    files, _ = unpack(world.pack)
    return next((name, content) for name, content in files.items() if name.startswith(start))


def change_readme(world: World) -> bytes:
    files, date = unpack(world.pack)
    return repack({**files, "README.txt": b"Trust me."}, date)


def delay_checkpoint(world: World) -> bytes:
    _, note = find(world, CHECKPOINT)
    return forge(world, {CHECKPOINT: note.replace(b"\nsigned 20", b"\nsigned 21")})


def add_key(world: World) -> bytes:
    _, keys = find(world, KEYS)
    return forge(world, {KEYS: keys + make_signer(world.signer.name).public.write().encode() + b"\n"})


def change_entry(world: World) -> bytes:
    _, entries = find(world, ENTRIES)
    return forge(world, {ENTRIES: entries.replace(EDITOR.encode(), b"someone.else", 1)})


def change_leaf(world: World) -> bytes:
    _, leaves = find(world, LEAVES)
    return forge(world, {LEAVES: leaves[:-32] + bytes(32)})


def change_record(world: World) -> bytes:
    name, record = find(world, "records/verdict/V-2023-0003")
    return forge(world, {name: record.replace(b"C'est false", b"C'est true ")})


def change_page(world: World) -> bytes:
    name, page = find(world, "report/R-ML-2023-11-fr.1.html")
    return forge(world, {name: page.replace(b"Aguelhoc", b"Tombouctou")})


def drop_evidence(world: World) -> bytes:
    name, record = find(world, "records/evidence/")
    subject = f'"subject":"{read_object(record, name)["id"]}"'.encode()
    lines = {file: find(world, file)[1].splitlines(keepends=True) for file in (ENTRIES, PROOFS)}
    kept = [number for number, line in enumerate(lines[ENTRIES]) if subject not in line]
    without = {file: b"".join(lines[file][number] for number in kept) for file in lines}
    return forge(world, {name: None, **without})


def change_original(world: World) -> bytes:
    name, original = find(world, "originals/")
    return forge(world, {name: original + b"0"})


def add_file(world: World) -> bytes:
    return forge(world, {"extra.txt": b"More."})


CONTROLS: dict[Callable[[Pack], Any], Callable[[World], bytes]] = {
    verifier.check_manifest: change_readme,
    verifier.check_checkpoint_signature: delay_checkpoint,
    verifier.check_keys: add_key,
    verifier.check_entries: change_entry,
    verifier.check_leaves: change_leaf,
    verifier.check_records: change_record,
    verifier.check_subject: change_page,
    verifier.check_cited: drop_evidence,
    verifier.check_originals: change_original,
    verifier.check_places: add_file,
}


@pytest.mark.parametrize("check", CONTROLS, ids=lambda check: str(check.__name__))
def test_a_verifier_without_this_check_misses_something(
    world: World, monkeypatch: pytest.MonkeyPatch, check: Callable[[Pack], Any]
) -> None:
    made = CONTROLS[check](world)
    assert made != world.pack
    assert not judge(made).is_intact

    monkeypatch.setattr(verifier, "CHECKS", tuple(one for one in verifier.CHECKS if one is not check))

    assert judge(made).problems == []


@pytest.mark.parametrize("kind", ["evidence", "media_item", "claim_review"])
def test_what_has_no_history_is_that_which_the_log_took_up(world: World, kind: str) -> None:
    name, record = find(world, f"records/{kind}/")
    made = forge(world, {name: record.replace(b'"}', b'x"}') if record.endswith(b'"}') else record + b" "})
    assert {one.code for one in judge(made).problems} == {"record_changed"}


def test_the_log_took_up_what_a_verdict_rests_on_before_it_and_what_came_later_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish_one(desk: Desk) -> Result:
        return judge(pack(desk, desk.store.get(Verdict, publish(desk)).cited_as))

    before = publish_one(open_newsroom(tmp_path / "before"))
    monkeypatch.setattr("sankofa.workflows.verdicts.adopt_basis", lambda *given: None)
    after = publish_one(open_newsroom(tmp_path / "after"))

    assert before.is_intact
    assert after.is_intact
    assert "logged_late" not in {one.code for one in before.cautions}
    assert "logged_late" in {one.code for one in after.cautions}


def test_a_verifier_that_believes_every_signature_misses_a_forged_list_of_files(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar = Signer(world.signer.name, bytes(32))
    made = forge(world, {"README.txt": b"Trust me."}, liar)
    files, date = unpack(made)
    line = files[MANIFEST].rpartition(b" ")[2]
    key_id = world.signer.public.key_id
    forged = base64.b64encode(key_id + base64.b64decode(line)[4:]) + b"\n"
    made = repack({**files, MANIFEST: files[MANIFEST].replace(line, forged)}, date)
    assert {one.code for one in judge(made).problems} == {"signature_wrong"}

    monkeypatch.setattr(verifier.Key, "has_signed", lambda *given: True)

    assert judge(made).problems == []


def test_a_verifier_that_looks_at_no_clock_misses_one_that_was_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_newsroom(tmp_path)
    publish(desk)
    earlier = desk.clock() - timedelta(hours=2)
    late = replace(desk, clock=lambda: earlier)
    made = pack(late, late.store.get(Verdict, publish(late)).cited_as)
    assert {one.code for one in judge(made).problems} == {"clock_back"}

    monkeypatch.setattr(verifier, "CHECKS", tuple(one for one in verifier.CHECKS if one is not verifier.check_order))

    assert judge(made).problems == []


def test_a_verifier_that_ignores_what_the_report_prints_misses_a_log_that_was_rewritten_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_reports():
        desk = open_newsroom(tmp_path)
        frozen = freeze(desk, f"Voir [@{publish(desk)}].")
    rewrite(desk, publish(desk))
    made = pack(desk, frozen)
    assert judge(made).problems == []

    rewrite(desk, "V-2023-0003")

    made = pack(desk, frozen)
    assert {one.code for one in judge(made).problems} == {"printed_differs"}

    monkeypatch.setattr(verifier, "CHECKS", tuple(one for one in verifier.CHECKS if one is not verifier.check_printed))

    assert judge(made).problems == []


def test_a_reader_that_only_looks_at_the_members_misses_what_is_hidden_behind_them(world: World) -> None:
    made = world.pack + b"hidden"
    with zipfile.ZipFile(io.BytesIO(made)) as tolerant:
        contents = {name: tolerant.read(name) for name in tolerant.namelist()}

    assert contents == unpack(world.pack)[0]
    assert {one.code for one in judge(made).problems} == {"container_foreign"}


def test_a_key_that_is_not_known_is_told_and_another_one_than_that_which_was_named_refused(world: World) -> None:
    known = world.signer.public.fingerprint

    assert "key_unknown" not in {one.code for one in judge(world.pack, known=[known]).cautions}
    assert {one.code for one in judge(world.pack, known=["0" * 64]).problems} == {"key_other"}
