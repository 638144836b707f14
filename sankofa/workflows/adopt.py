"""What the log takes up: records that are kept without an entry of their own, as they are when something begins to rest on them.

Evidence, captures, media and the published checks of others are kept as they come. The log names them once a verdict that rests
on them is approved or a report that says them is frozen; from then on who has an earlier
checkpoint sees when they were changed.
"""

from collections.abc import Iterable
from itertools import islice

from index.log.entries import ADOPT, Name, build_entry, name_of
from index.model import Claim, Record, Verdict
from sankofa.desk import Desk
from sankofa.workflows.log import begin_log
from sankofa.workflows.pack_records import collect_texts, find_matches, read_attached

_BATCH = 1_000


def adopt(desk: Desk, records: Iterable[Record]) -> dict[Name, tuple[int, bytes]]:
    """Let the log take up records, in the order of their names; returns the entry of each with its number."""
    begin_log(desk)
    at, named = desk.clock(), dict[Name, tuple[int, bytes]]()
    ordered = iter(sorted(records, key=name_of))
    while batch := list(islice(ordered, _BATCH)):
        entries = [build_entry(one, ADOPT, actor=desk.person_id, at=at).encode() for one in batch]
        numbered = enumerate(entries, desk.store.append_log(entries))
        named |= dict(zip(map(name_of, batch), numbered, strict=True))
    return named


def adopt_basis(desk: Desk, verdict: Verdict) -> None:
    """Let the log take up what a verdict rests on that is about to be published: all, though some may be named already."""
    claim = desk.store.get(Claim, verdict.claim_id)
    said = collect_texts([claim, verdict, *find_matches(desk.store, claim, verdict, at=None)])
    adopt(desk, read_attached(desk.store, said))
