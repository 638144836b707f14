"""What somebody may do to a pack or to the export of a log. Each attack returns what it made of it."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime

from index.log.notes import Signer
from sankofa.verifier import ABOUT, ENTRIES, MANIFEST, PROOFS, read_object
from tests.integrity.world import repack, resign, unpack

Files = dict[str, bytes]
UNCHAINED = ("README.txt", "verify.py", ABOUT)
"""What rests on the signature of the pack alone: who holds the key can sign it anew, as the verifier says."""


def flip(content: bytes, dice: random.Random) -> bytes:
    """Change one bit."""
    altered = bytearray(content)
    place = dice.randrange(len(content) * 8)
    altered[place // 8] ^= 1 << place % 8
    return bytes(altered)


def delete(content: bytes, dice: random.Random) -> bytes:
    """Take some bytes out."""
    start = dice.randrange(len(content))
    return content[:start] + content[start + dice.choice((1, 1, 7, 64)) :]


def insert(content: bytes, dice: random.Random) -> bytes:
    """Put some bytes in."""
    start = dice.randrange(len(content) + 1)
    return content[:start] + dice.randbytes(dice.choice((1, 1, 7, 64))) + content[start:]


def truncate(content: bytes, dice: random.Random) -> bytes:
    """Cut the end off."""
    return content[: dice.randrange(len(content))]


def swap(content: bytes, dice: random.Random) -> bytes:
    """Exchange two pieces of the same length."""
    length = dice.choice((1, 8, 32))
    one, other = sorted(dice.sample(range(max(len(content) - length, 2)), 2))
    if other < one + length:
        return content[:one][::-1] + content[one:]
    pieces = content[:one], content[one : one + length], content[one + length : other], content[other : other + length]
    return pieces[0] + pieces[3] + pieces[2] + pieces[1] + content[other + length :]


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (delete, insert, truncate, swap)


def change_member(files: Files, dice: random.Random, names: list[str], change: Callable[..., bytes] = flip) -> Files:
    """Change a member's bytes."""
    name = dice.choice([name for name in names if files[name]])
    return {**files, name: change(files[name], dice)}


def drop_member(files: Files, dice: random.Random, names: list[str]) -> Files:
    """Take a member out."""
    dropped = dice.choice(names)
    return {name: content for name, content in files.items() if name != dropped}


def add_member(files: Files, dice: random.Random, names: list[str]) -> Files:
    """Put another member in, beside one that is there or where none belongs."""
    name, content = f"{dice.choice(names)}.x", dice.randbytes(20)
    return {**files, dice.choice((name, "extra.txt", f"originals/{content.hex()}")): content}


def swap_members(files: Files, dice: random.Random, names: list[str]) -> Files:
    """Exchange the bytes of two members."""
    one, other = dice.sample(names, 2)
    return {**files, one: files[other], other: files[one]}


MEMBERS: tuple[Callable[[Files, random.Random, list[str]], Files], ...] = (drop_member, add_member, swap_members)


def change_entries(files: Files, dice: random.Random, _names: list[str]) -> Files:
    """Delete, insert, swap or cut off entries of a pack, with what proves them."""
    entries, proofs = files[ENTRIES].splitlines(keepends=True), files[PROOFS].splitlines(keepends=True)
    one, other = sorted(dice.sample(range(len(entries)), 2))
    match dice.randrange(5):
        case 0:
            del entries[one], proofs[one]
        case 1:
            entries.insert(one, entries[other])
            proofs.insert(one, proofs[other])
        case 2:
            entries[one], entries[other] = entries[other], entries[one]
        case 3:
            del entries[other:], proofs[other:]
        case _:
            entries[one] = entries[one].replace(b'"revision":', b'"revision":1')
    return {**files, ENTRIES: b"".join(entries), PROOFS: b"".join(proofs)}


def attack_as_stranger(content: bytes, dice: random.Random) -> bytes:
    """Change a pack without a key: somewhere in its bytes, or a member with the container made anew around it."""
    if dice.random() < 0.4:
        return dice.choice(BYTES)(content, dice)
    files, date = unpack(content)
    names = list(files)
    if dice.random() < 0.5:
        return repack(change_member(files, dice, names, dice.choice(BYTES)), date)
    return repack(dice.choice((*MEMBERS, change_entries))(files, dice, names), date)


def attack_as_insider(content: bytes, dice: random.Random, signer: Signer, *, bits_only: bool) -> bytes:
    """Change what the log proves, and sign the list of files anew."""
    files, _ = unpack(content)
    at = datetime.fromisoformat(read_object(files[ABOUT], ABOUT)["at"])
    names = [name for name in files if name != MANIFEST and not name.startswith(UNCHAINED)]
    if bits_only:
        return resign(change_member(files, dice, names), at, signer)
    how = dice.randrange(3)
    if how == 0:
        return resign(change_member(files, dice, names, dice.choice(BYTES)), at, signer)
    attacks = MEMBERS if how == 1 else (change_entries,)
    return resign(dice.choice(attacks)(files, dice, names), at, signer)


def attack_export(files: Mapping[str, bytes], dice: random.Random, *, bits_only: bool) -> Files:
    """Change an exported log."""
    names = list(files)
    if bits_only:
        return change_member(dict(files), dice, names)
    how = dice.randrange(3)
    if how == 0:
        return change_member(dict(files), dice, names, dice.choice(BYTES))
    if how == 1:
        return dice.choice((drop_member, swap_members))(dict(files), dice, names)
    lines = files["log.jsonl"].splitlines(keepends=True)
    one, other = sorted(dice.sample(range(len(lines)), 2))
    changed = dice.choice(
        (lines[:one] + lines[other:], lines[:other], [*lines, lines[one]], lines[one:] + lines[:one] + lines[:1])
    )
    return {**files, "log.jsonl": b"".join(changed)}
