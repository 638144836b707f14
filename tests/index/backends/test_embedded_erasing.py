"""Erasing from a file: not a byte of what was erased is left in it or beside it, whoever else has it open."""

import random
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from index.backends.embedded import FileKeeper, open_embedded
from index.backends.embedded.cache import LEAST_ROWS
from index.backends.embedded.connections import open_reader
from index.backends.embedded.postings import FORM
from index.erasing import build_stub
from index.errors import StoreLockedError
from index.model import BankEntry, Claim, Post
from index.query import ClaimQuery, PostQuery, TextQuery
from index.store import Store
from tests.contracts.records import build_claim, build_code, build_entry, build_post, build_words_entry
from tests.contracts.store_erasing import ERASURE, stub_all
from tests.contracts.store_vectors import build_vector, draw_codes

SECRET = b"zq7w9k2jv4"
CODE = bytes.fromhex(build_code(0xC0FFEE_DECADE_FACADE << 128))


def find_files(folder: Path, *secrets: bytes) -> list[str]:
    """The files below a folder that hold one of the secrets."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [str(file.relative_to(folder)) for file in files if any(one in file.read_bytes() for one in secrets)]


def test_no_byte_is_left_in_file_log_or_saved_indexes(tmp_path: Path) -> None:
    store = open_embedded(tmp_path / "desk.db")
    store.add(build_post(number, f"texte {number} {number % 97}") for number in range(LEAST_ROWS + 10))
    secret = build_post(99_999, f"{SECRET.decode()} " * 400)
    store.add([secret])
    store.close()
    store = open_embedded(tmp_path / "desk.db")
    claim = store.revise(build_claim(1, f"{SECRET.decode()} premier"), expected_revision=0)
    claim = store.revise(replace(claim, wordings=build_claim(1, "second").wordings), expected_revision=1)
    entry, words = build_entry(1, CODE.hex()), build_words_entry(1, "0a1b", SECRET.decode())
    vector = build_vector(claim, draw_codes(1))
    store.add([entry, words, vector])
    other = open_embedded(tmp_path / "desk.db")
    for one in (store, other):
        assert one.find_posts(PostQuery(text=TextQuery(words=SECRET.decode()))).total == 1
        ask_all(one)
    assert find_files(tmp_path, SECRET) == ["desk.db", "desk.db-wal"]
    assert list_saved(tmp_path) == ["lock", f"text-post-{FORM}"]

    store.erase(stub_all([secret, *store.get_history(Claim, claim.id), entry, words, vector]), [b"erased"])

    assert find_files(tmp_path, SECRET, CODE) == []
    assert (tmp_path / "desk.db-wal").stat().st_size == 0
    assert list_saved(tmp_path) == ["lock"]
    for one in (other, store):
        assert one.find_posts(PostQuery(text=TextQuery(words=SECRET.decode()))).total == 0
        assert one.find_posts(PostQuery(text=TextQuery(words="texte"))).total == LEAST_ROWS + 10
        ask_all(one)
        one.close()
    assert find_files(tmp_path, SECRET, CODE) == []
    with closing(open_embedded(tmp_path / "desk.db")) as again:
        again.check()


def list_saved(folder: Path) -> list[str]:
    """What of saved indexes lies beside the file; their terms lie in automata, in which no word is found by its bytes."""
    return sorted(path.name for path in (folder / "desk.db.cache").iterdir())


def ask_all(store: Store) -> None:
    store.find_claims(ClaimQuery(text=TextQuery(words="second")))
    store.find_near_terms([f"fr:{SECRET.decode()}"], edits=1)
    store.find_fingerprints("pdq", [CODE.hex()], radius_bits=0, bank="known")
    store.find_features(["0a1b"], limit=1, bank="known")
    store.find_vectors("signs-1", draw_codes(1), limit=1)


def test_whatever_its_length_and_place_nothing_of_a_text_is_left(tmp_path: Path) -> None:
    """Pages are cut and joined while records come and go: no copy of a row may stay behind in one of them."""
    dice = random.Random(5)
    with closing(open_embedded(tmp_path / "desk.db")) as store:
        kept: list[Post] = []
        erased: list[Post] = []
        for number in range(16):
            posts = [write_post(dice, number * 100 + place) for place in range(dice.randrange(1, 20))]
            store.add(posts)
            kept += posts
            gone = dice.sample(kept, min(len(kept), dice.randrange(12)))
            kept = [post for post in kept if post not in gone]
            erased += gone
            if gone:
                store.erase(stub_all(gone), [])
        content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())

    marks = set(re.findall(rb"#(\d+)#", content))
    assert {post.native_id.encode() for post in kept} <= marks
    assert len(erased) > 50
    assert not {post.native_id.encode() for post in erased} & marks


def write_post(dice: random.Random, number: int) -> Post:
    return build_post(number, f"#{number}# " * dice.choice((1, 20, 300, 1_200)), native_id=str(number))


def test_a_reader_that_stays_keeps_the_log_and_is_named(tmp_path: Path) -> None:
    with (
        closing(open_embedded(tmp_path / "desk.db", lock_timeout_seconds=0.2)) as store,
        closing(open_reader(tmp_path / "desk.db", 1)) as reader,
    ):
        post = build_post(1, SECRET.decode())
        store.add([post])
        reader.execute("BEGIN; SELECT 1 FROM record").fetchall()

        with pytest.raises(StoreLockedError, match="all was erased"):
            store.erase(stub_all([post]), [b"entry"])
        assert store.get(Post, post.id).is_stub

        reader.execute("ROLLBACK")
        store.erase(stub_all([post]), [])
        assert find_files(tmp_path, SECRET) == []


def test_only_the_stub_of_the_very_same_revision_takes_its_place(tmp_path: Path) -> None:
    with closing(open_embedded(tmp_path / "desk.db")) as store:
        store.add([build_post(1, "text")])
        connection = apsw.Connection(str(tmp_path / "desk.db"))
        for change in ("body = '{}'", "body = '{\"erased\":null}'", "id = 'P-2', body = '{\"erased\":{}}'"):
            with pytest.raises(apsw.ConstraintError, match="never changed"):
                connection.execute(f"UPDATE record SET {change}")  # noqa: S608 - of this test
        with pytest.raises(apsw.ConstraintError, match="never deleted"):
            connection.execute("DELETE FROM record")
        connection.close()


def test_a_backup_from_before_an_erasure_is_an_earlier_one_of_this_store(tmp_path: Path) -> None:
    keeper = FileKeeper(tmp_path / "desk.db", 1)
    folder = tmp_path / "backup"
    folder.mkdir()
    with closing(open_embedded(tmp_path / "desk.db")) as store:
        post, entry = build_post(1, SECRET.decode()), build_entry(1, CODE.hex())
        store.add([post, entry])
        with keeper.keep(folder, "1", lambda done: None):
            pass
        store.erase([build_stub(post, ERASURE), build_stub(entry, ERASURE)], [b"entry"])

        assert keeper.is_earlier(folder, None)
        later = tmp_path / "later"
        later.mkdir()
        with keeper.keep(later, "2", lambda done: None) as kept:
            assert [one.is_stub for one in (*kept.iter_everything(Post), *kept.iter_everything(BankEntry))] == [
                True,
                True,
            ]
    assert find_files(later, SECRET, CODE) == []
