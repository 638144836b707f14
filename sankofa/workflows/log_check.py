"""Whether the log holds what was signed of it, and the records what the log names.

What is found here was changed by somebody who did not know better. Whoever holds the store, the key and this desk's home can
write all of it anew: an earlier checkpoint that left the house finds that out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from index.errors import LogError, StoreFormatError
from index.log.entries import ADOPT, ERASE, KEY, VOID, Entry, Name, digest_record, name_of, read_entry
from index.log.folder import LogFolder
from index.log.hashes import Hashes
from index.log.notes import PublicKey, open_checkpoint, read_public_key
from index.model import KINDS, Record, Report, Revised, Verdict
from index.store import iter_everything, iter_log
from sankofa.desk import Desk
from sankofa.workflows.log import is_published, open_log_folder

Found = tuple[str, str]
"""Where something is not as it was, and what."""

_BATCH = 1_000
_MUST_BE_NAMED: tuple[type[Revised], ...] = (Verdict, Report)


@dataclass
class Named:
    """What the log names: revisions, each with the numbers and digests of its entries that are not void; keys; how many.

    `stubs` are the digests of what stands in the place of a revision that was erased, with the number of the entry that says so.
    """

    digests: dict[Name, list[tuple[int, str]]] = field(default_factory=dict)
    stubs: dict[Name, list[tuple[int, str]]] = field(default_factory=dict)
    keys: list[PublicKey] = field(default_factory=list)
    size: int = 0

    def take(self, number: int, entry: Entry) -> None:
        """Take up an entry. Raises LogError, KeyError, TypeError where it says something that none of ours does."""
        name = (entry.kind, entry.subject, entry.revision)
        if entry.act == KEY:
            self.keys.append(read_public_key(str(entry.more["key"])))
        elif entry.act == VOID:
            self.digests[name] = [one for one in self.digests.get(name, []) if one[0] != entry.more["voids"]]
        elif entry.act == ERASE:
            for stub in entry.more["stubs"]:
                of = (entry.kind, entry.subject, int(stub["revision"]))
                self.stubs.setdefault(of, []).append((number, str(stub["digest"])))
        elif entry.revision or entry.act == ADOPT:
            self.digests.setdefault(name, []).append((number, entry.digest))


def check_log(desk: Desk) -> tuple[int, list[Found]]:
    """Read the log, and every revision that it names or has to name; returns how many entries it has, and what is wrong."""
    named, found = Named(), list[Found]()
    try:
        found += _read_entries(desk, named)
        if named.size:
            found += _check_checkpoints(desk, open_log_folder(desk), named)
    except (LogError, StoreFormatError) as error:
        found.append(("log", str(error)))
    found += _check_records(desk, named)
    return named.size, found


def _read_entries(desk: Desk, named: Named) -> Iterator[Found]:
    for number, text in enumerate(iter_log(desk.store)):
        named.size = number + 1
        try:
            named.take(number, read_entry(text))
        except (ValueError, LogError, KeyError, TypeError):
            yield f"log entry {number}", "is not as Sankofa writes one: it was altered"


def _check_checkpoints(desk: Desk, folder: LogFolder, named: Named) -> Iterator[Found]:
    hashes = Hashes(desk.store)
    for file, note in folder.iter_notes():
        try:
            checkpoint = open_checkpoint(note, named.keys)
        except LogError as error:
            yield f"checkpoint {file}", str(error)
            continue
        if checkpoint.size > named.size:
            yield "log", f"has {named.size} entries, but {checkpoint.size} were signed: an older state was brought back"
        elif hashes.get_root(checkpoint.size) != checkpoint.root:
            yield "log", f"is not what was signed when it had {checkpoint.size} entries: some were changed since"


def _check_records(desk: Desk, named: Named) -> Iterator[Found]:
    missing = {**named.stubs, **named.digests}
    for record in _iter_concerned(desk, named):
        of = name_of(record)
        missing.pop(of, None)
        for says in _find_faults(record, named.digests.get(of, []), named.stubs.get(of, [])):
            yield _name(*of), says
    for of, entries in missing.items():
        for number, _ in entries:
            yield _name(*of), f"is not here, but entry {number} of the log names it"


def _iter_concerned(desk: Desk, named: Named) -> Iterator[Record]:
    """Read what the log names or has to name; of kinds without a history, of which there are many, only what it took up."""
    kinds = {kind for kind, _, _ in named.digests}
    erased = {kind for kind, _, _ in named.stubs}
    for name, kind in KINDS.items():
        if name in erased or (name in kinds and issubclass(kind, Revised)) or (kind in _MUST_BE_NAMED and named.size):
            yield from iter_everything(desk.store, kind)
        elif name in kinds:
            ids = (subject for of, subject, _ in named.digests if of == name)
            while batch := list(islice(ids, _BATCH)):
                yield from desk.store.get_many(kind, batch).values()


def _find_faults(record: Record, entries: list[tuple[int, str]], stubs: list[tuple[int, str]]) -> Iterator[str]:
    """A record must fit its entries; a stub must fit the entry that says that it was erased, or came as one from elsewhere."""
    digest = digest_record(record) if entries or stubs else ""
    if record.erased is not None and stubs and digest == stubs[-1][1]:
        return
    if stubs and record.erased is None:
        yield f"was erased, as entry {stubs[-1][0]} of the log says, and is here again: an older state was brought back"
    if not entries and isinstance(record, Revised) and is_published(record):
        yield "was published, and no entry of the log names it"
    if not entries and record.erased is not None:
        yield "was erased, and no entry of the log says so"
    for number, named in entries:
        if digest != named:
            yield f"is not what entry {number} of the log names: it was changed since"


def _name(kind: str, record_id: str, revision: int) -> str:
    return f"{kind} {record_id}.{revision}" if revision else f"{kind} {record_id}"
