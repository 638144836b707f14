"""Where the log names a record. Read backwards, since what is asked for was mostly done lately."""

from collections.abc import Collection

from index.errors import LogAlteredError
from index.log.entries import ERASE, VOID, Entry, Name, read_entry
from index.log.hashes import LogStore

_PAGE = 8_192
_MAKE_NONE = (VOID, ERASE)
"""Acts whose entries name what an earlier act made or took up."""


def find_entries(store: LogStore, wanted: Collection[Name]) -> dict[Name, tuple[int, bytes]]:
    """Find the entry of each, with its number; what no entry made or took up is left out.

    Raises:
        LogAlteredError: An entry on records of these kinds was altered.
    """
    kinds = [f'"kind":"{kind}"'.encode() for kind in {kind for kind, _, _ in wanted}]
    missing, voided = set(wanted), set[int]()
    found: dict[Name, tuple[int, bytes]] = {}
    end = store.count_log()
    while missing and end:
        start = max(end - _PAGE, 0)
        for number, text in zip(
            range(end - 1, start - 1, -1), reversed(store.read_log(start, end - start)), strict=True
        ):
            if not any(kind in text for kind in kinds):
                continue
            entry = _read(number, text)
            if entry.act == VOID:
                voided.add(entry.more["voids"])
            name = (entry.kind, entry.subject, entry.revision)
            if name in missing and entry.act not in _MAKE_NONE and number not in voided:
                missing.remove(name)
                found[name] = number, text
        end = start
    return found


def _read(number: int, text: bytes) -> Entry:
    try:
        return read_entry(text)
    except ValueError as error:
        raise LogAlteredError(f"entry {number} of the log was altered: {error}") from error
