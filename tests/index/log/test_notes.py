"""Signed notes and checkpoints, and the file with the key that signs."""

from pathlib import Path

import pytest

from index.errors import LogKeyError, NoteFormatError
from index.log.keys import load_signer, make_signer, save_signer
from index.log.notes import Checkpoint, Signer, open_checkpoint, read_checkpoint, read_public_key, sign_checkpoint

# Source: golang.org/x/mod/sumdb/note, its example.
GO_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

CHECKPOINT = Checkpoint("sankofa/0123456789abcdef", 41, bytes(range(32)))


@pytest.fixture
def signer() -> Signer:
    return make_signer(CHECKPOINT.origin)


def test_a_key_as_go_writes_it_signs_as_go_does(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(GO_KEY, "ascii")
    file.chmod(0o600)
    signer = load_signer(file)

    assert signer is not None
    assert signer.public.write() == GO_PUBLIC
    assert read_public_key(GO_PUBLIC) == signer.public
    note = sign_checkpoint(_Saying(GO_TEXT), [signer])
    assert note == f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n"


class _Saying(Checkpoint):
    def __init__(self, text: str) -> None:
        super().__init__("", 0, b"")
        object.__setattr__(self, "text", text)

    def write(self) -> str:
        return str(self.__dict__["text"])


def test_a_signed_checkpoint_is_opened_with_any_of_its_keys(signer: Signer) -> None:
    other = make_signer(CHECKPOINT.origin)
    note = sign_checkpoint(CHECKPOINT, [signer, other])

    assert read_checkpoint(note) == CHECKPOINT
    assert open_checkpoint(note, [other.public]) == CHECKPOINT
    assert open_checkpoint(note, [make_signer("x").public, signer.public]) == CHECKPOINT


def test_every_flipped_bit_of_a_checkpoint_is_found(signer: Signer) -> None:
    note = sign_checkpoint(CHECKPOINT, [signer]).encode()
    passed = []
    for place in range(len(note) * 8):
        altered = bytearray(note)
        altered[place // 8] ^= 1 << place % 8
        try:
            open_checkpoint(altered.decode(), [signer.public])
            passed.append(place)
        except (NoteFormatError, UnicodeDecodeError):
            pass

    assert passed == []


def test_a_checkpoint_of_an_unknown_key_is_refused(signer: Signer) -> None:
    with pytest.raises(NoteFormatError, match="no key that is known"):
        open_checkpoint(sign_checkpoint(CHECKPOINT, [signer]), [make_signer(CHECKPOINT.origin).public])


@pytest.mark.parametrize("note", ["", "origin\n1\n", "a\n1\nAAAA\n\n— a AAAA\n", f"a\n01\n{'A' * 43}=\n\n— a AAAA\n"])
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(NoteFormatError):
        read_checkpoint(note)


def test_a_key_is_kept_for_its_owner_alone_and_comes_back(tmp_path: Path, signer: Signer) -> None:
    file = tmp_path / "log" / "key"

    save_signer(file, signer)

    assert load_signer(file) == signer
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["key"]


def test_where_there_is_no_key_none_is_loaded(tmp_path: Path) -> None:
    assert load_signer(tmp_path / "key") is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused_with_what_to_do(tmp_path: Path, signer: Signer, mode: int) -> None:
    save_signer(tmp_path / "key", signer)
    (tmp_path / "key").chmod(mode)

    with pytest.raises(LogKeyError, match="chmod 600"):
        load_signer(tmp_path / "key")


@pytest.mark.parametrize("content", ["", "PRIVATE+KEY+a+00000000+AAAA", GO_KEY[:-4] + "AAAA", GO_PUBLIC, "é"])
def test_a_damaged_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content, "utf-8")
    (tmp_path / "key").chmod(0o600)

    with pytest.raises(LogKeyError):
        load_signer(tmp_path / "key")


def test_a_key_that_cannot_be_written_says_so(tmp_path: Path, signer: Signer) -> None:
    (tmp_path / "log").write_bytes(b"a file where a folder should be")

    with pytest.raises(LogKeyError, match="cannot be written"):
        save_signer(tmp_path / "log" / "key", signer)


@pytest.mark.parametrize("text", ["", "a+b", GO_PUBLIC.replace("Peter", "Paul"), GO_PUBLIC.replace("ARpc", "Arpc")])
def test_a_public_key_that_was_not_copied_whole_is_refused(text: str) -> None:
    with pytest.raises(LogKeyError):
        read_public_key(text)
