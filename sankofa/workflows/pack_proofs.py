"""What of the log goes into an evidence pack: entries, what proves them, a checkpoint over them, and the keys."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from index.errors import LogAlteredError, LogKeyError
from index.log.entries import ADOPT, KEY, VOID, Entry, Name, read_entry
from index.log.folder import LogFolder
from index.log.hashes import Hashes
from index.log.notes import Checkpoint, PublicKey, Signer, open_checkpoint, read_checkpoint, read_public_key
from index.log.tree import hash_leaf
from index.store import iter_log
from sankofa.desk import Desk
from sankofa.verifier import CHECKPOINT, CONSISTENCY, ENTRIES, KEYS, LEAVES, MAX_LEAVES, PROOFS
from sankofa.workflows.log import is_signed, open_log_folder, sign_log
from sankofa.workflows.pack_file import write_hashes

_SUBJECT = re.compile(rb'"subject":"([^"\\]*)"')


@dataclass
class Chosen:
    """The entries of a pack by their numbers, as they stand in the log and as they are read."""

    texts: dict[int, bytes] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    _adopted: set[Name] = field(default_factory=set)

    def take(self, number: int, text: bytes, names: Collection[Name], subjects: Collection[str]) -> None:
        """Take up an entry that a pack of these records needs: theirs, and the log's own. Raises ValueError."""
        entry = read_entry(text)
        name = (entry.kind, entry.subject, entry.revision)
        is_again = entry.act == ADOPT and name in self._adopted
        is_theirs = name in names and not is_again
        is_on_all_of_one = not entry.revision and entry.act != ADOPT and entry.subject in subjects
        if number == 0 or entry.act == KEY or is_theirs or is_on_all_of_one:
            self.texts[number], self.entries[number] = text, entry
            self._adopted |= {name} if entry.act == ADOPT else set()

    def list_keys(self, size: int) -> list[PublicKey]:
        """List the keys that the first *size* entries name. Raises LogKeyError."""
        keys = (entry for number, entry in self.entries.items() if entry.act == KEY and number < size)
        return [read_public_key(str(entry.more["key"])) for entry in keys]

    @property
    def acts(self) -> dict[Name, Entry]:
        """The entry of the act that made each revision, the last one where there are several."""
        made = (one for one in self.entries.values() if (one.revision and one.act != VOID) or one.act == ADOPT)
        return {(one.kind, one.subject, one.revision): one for one in made}


def require_signer(desk: Desk) -> Signer:
    """Return the key that signs, which is made at first use. Raises LogKeyError."""
    signer = open_log_folder(desk).load_signer()
    if signer is None:
        sign_log(desk)
        signer = open_log_folder(desk).load_signer()
    if signer is None:
        raise LogKeyError("the key of the log is gone: bring it back from a copy")
    return signer


def choose_entries(desk: Desk, names: Collection[Name]) -> Chosen:
    """Read the log once for the entries that a pack of these records needs. Raises LogAlteredError."""
    chosen, subjects = Chosen(), {subject for _, subject, _ in names}
    wanted = {subject.encode() for subject in subjects}
    for number, text in enumerate(iter_log(desk.store)):
        subject = _SUBJECT.search(text)
        if number == 0 or (subject and subject[1] in wanted) or b'"act":"key"' in text:
            try:
                chosen.take(number, text, names, subjects)
            except ValueError as error:
                raise LogAlteredError(f"entry {number} of the log was altered: {error}") from error
    return chosen


def prove_entries(desk: Desk, chosen: Chosen, signer: Signer, printed_size: int = 0) -> dict[str, bytes]:
    """Build the files of a pack that prove these entries under the first checkpoint which covers them all.

    The same entries give the same files, whatever was logged since. Where there is no such checkpoint, one is signed. The
    checkpoint that the report prints has *printed_size* entries.

    Raises:
        LogError, LeaseTakenError: As :func:`sankofa.workflows.log.sign_log`.
    """
    folder = open_log_folder(desk)
    hashes = folder.open_hashes(desk.store)
    needed = max(chosen.entries) + 1
    note = _find_note(folder, needed, signer.public) or sign_log(desk).note
    checkpoint = open_checkpoint(note, [signer.public])
    if checkpoint.size < needed or hashes.get_root(checkpoint.size) != checkpoint.root:
        raise LogAlteredError("the log is not what was signed of it: `sankofa store check` says more")
    keys = chosen.list_keys(checkpoint.size)
    proofs = ((number, hashes.prove_inclusion(number, checkpoint.size)) for number in chosen.texts)
    return {
        CHECKPOINT: note.encode(),
        KEYS: "".join(f"{key.write()}\n" for key in keys).encode(),
        ENTRIES: b"".join(text + b"\n" for text in chosen.texts.values()),
        PROOFS: write_hashes(proofs),
        **_show_growth(desk, folder, hashes, checkpoint, printed_size),
    }


def _find_note(folder: LogFolder, needed: int, key: PublicKey) -> str | None:
    """Find the smallest checkpoint with all that is needed which this key signed."""
    notes = (note for file, note in folder.iter_notes() if int(file.stem) >= needed)
    return next((note for note in notes if is_signed(note, key)), None)


def _show_growth(
    desk: Desk, folder: LogFolder, hashes: Hashes, checkpoint: Checkpoint, printed_size: int
) -> dict[str, bytes]:
    """What shows that the log grew from earlier checkpoints."""
    if checkpoint.size <= MAX_LEAVES:
        leaves = (hash_leaf(text) for _, text in zip(range(checkpoint.size), iter_log(desk.store), strict=False))
        return {LEAVES: b"".join(leaves)}
    earlier = {printed_size, *(read_checkpoint(note).size for _, note in folder.iter_notes())}
    return {CONSISTENCY: write_hashes(_iter_growth(hashes, sorted(earlier), checkpoint))}


def _iter_growth(hashes: Hashes, sizes: list[int], checkpoint: Checkpoint) -> Iterator[tuple[int, tuple[bytes, ...]]]:
    for size in sizes:
        if 0 < size < checkpoint.size:
            yield size, hashes.prove_consistency(size, checkpoint.size)
