"""Erase what may not be kept, by law or for somebody's safety: stubs stay, the log still verifies, reports are redacted.

What an erasure would take is planned first, and shown; the act goes through the same plan. A medium's bytes go when the medium is
named, not with a post that showed it. What others wrote in their own words stays until it is named too: the plan says where.
"""

import glob
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from index.erasing import build_stub
from index.log.entries import build_erasure
from index.model import Erasure, Person, Record, Report
from sankofa.desk import Desk
from sankofa.errors import InputError, RoleMissingError
from sankofa.workflows.erasure_reach import (
    Mention,
    choose_words,
    find_subject,
    list_originals,
    list_parts,
    list_revisions,
    survey,
    write_word,
)
from sankofa.workflows.log import begin_log
from sankofa.workflows.pack import find_packs
from sankofa.workflows.redact import find_touched, make_edition

OnRead = Callable[[int], None]
_ROUNDS = 10


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an erasure takes away, and what it leaves.

    `subjects` is what was named; `revisions` is all that becomes a stub; `originals` go from the vault, by their SHA-256,
    old files of reports too; of `reports` redacted editions are made; `packs` that were built here go too; `mentions` stay;
    `copies` are files outside that may hold what goes.
    `ids` and `words` are what it is recognised by.
    """

    subjects: tuple[Record, ...]
    revisions: tuple[Record, ...]
    originals: tuple[str, ...]
    reports: tuple[Report, ...]
    packs: tuple[Path, ...]
    mentions: tuple[Mention, ...]
    copies: tuple[Path, ...]
    ids: tuple[str, ...]
    words: tuple[str, ...]

    def count(self) -> dict[str, int]:
        """Count the records that become stubs, by kind."""
        ids = dict.fromkeys((one.KIND, one.id) for one in self.revisions)
        return {kind: sum(of == kind for of, _ in ids) for kind in dict.fromkeys(kind for kind, _ in ids)}


def plan_erasure(desk: Desk, named: Sequence[str], on_read: OnRead = lambda read: None) -> Plan:
    """Find what erasing the records *named* (identifiers, or ``KIND:ID``) takes away and leaves; changes nothing.

    Raises:
        RecordNotFoundError: One is not there.
        InputError: Nothing of that kind is erased.
    """
    subjects = tuple({(one.KIND, one.id): one for one in (find_subject(desk.store, each) for each in named)}.values())
    parts = list_parts(desk.store, subjects)
    revisions = list_revisions(desk.store, parts)
    ids = tuple(dict.fromkeys(one.id for one in parts if not isinstance(one, Person)))
    words = choose_words(revisions)
    reports = find_touched(desk, ids, words) if revisions else ()
    found = survey(desk.store, parts, reports, ids, words, on_read)
    rested = {sha256 for one in (*subjects, *revisions, *reports) for sha256 in list_originals(one)}
    originals = tuple(sorted(filter(desk.vault.has, rested - found.needed)))
    named_in = [*(one.id for one in (*subjects, *reports)), *(each.id for each in found.mentions)]
    packs = find_packs(desk, [*ids, *originals, *map(write_word, words)])
    return Plan(
        subjects=subjects,
        revisions=revisions,
        originals=originals,
        reports=reports,
        packs=packs,
        mentions=found.mentions,
        copies=tuple(file for file in _find_copies(desk, named_in) if file not in packs),
        ids=ids,
        words=words,
    )


def erase(
    desk: Desk, named: Sequence[str], *, reason: str, asked_by: str = "", on_read: OnRead = lambda read: None
) -> Plan:
    """Erase the records *named* with all that is kept only for their sake; returns what was taken away.

    Done again after it was interrupted it goes on where it stopped.

    Raises:
        RecordNotFoundError, InputError: As :func:`plan_erasure`; or the reason is missing.
        PersonRequiredError, PersonUnknownError, RoleMissingError: It takes an editor.
        OriginalMissingError, SnapshotUnreadableError: A report that is to be redacted cannot be read; nothing was erased.
        StoreLockedError: All was erased, but files of the engine still hold it: do it again.
    """
    person = _require_editor(desk)
    if not reason.strip():
        raise InputError("to erase something needs its reason: --reason TEXT")
    erasure = Erasure(by=person.id, at=desk.clock(), reason=reason.strip(), asked_by=asked_by.strip())
    plan = plan_erasure(desk, named, on_read)
    _carry_out(desk, plan, erasure)
    for _ in range(_ROUNDS):  # what others kept of it meanwhile goes too
        if not list_revisions(desk.store, list_parts(desk.store, plan.subjects)):
            break
        _carry_out(desk, plan_erasure(desk, named), erasure)
    return plan


def _require_editor(desk: Desk) -> Person:
    person = desk.require_person("to erase something")
    if "editor" not in person.roles:
        how = f"sankofa person change {person.id} --role editor"
        raise RoleMissingError(f"{person.id} is no editor here, which it takes to erase something ({how})")
    return person


def _carry_out(desk: Desk, plan: Plan, erasure: Erasure) -> None:
    """Editions first, while all can still be read; then the records, whose stubs name the bytes; then these."""
    begin_log(desk)
    editions = [make_edition(desk, report, plan.ids, plan.words, erasure) for report in plan.reports]
    kept = {sha256 for edition in editions for sha256 in list_originals(edition)}
    files = tuple(sha256 for sha256 in plan.originals if sha256 not in kept)
    named = {_get_name(one) for one in plan.subjects}
    noted = replace(erasure, files=files)
    stubs = [build_stub(one, noted if _get_name(one) in named else erasure) for one in plan.revisions]
    try:
        if stubs or editions:
            _keep_stubs(desk, [*stubs, *editions], erasure)
        else:
            desk.store.erase([one for one in plan.subjects if one.is_stub], [])
        for pack in plan.packs:
            pack.unlink(missing_ok=True)
    finally:
        if any(desk.store.get(type(one), one.id).is_stub for one in plan.subjects):
            for sha256 in files:
                desk.vault.erase(sha256)


def _keep_stubs(desk: Desk, stubs: Sequence[Record], erasure: Erasure) -> None:
    ordered = sorted(stubs, key=_get_name)
    groups = [list(group) for _, group in groupby(ordered, key=_get_name)]
    entries = [build_erasure(group, actor=erasure.by, at=erasure.at) for group in groups]
    desk.store.erase(ordered, [entry.encode() for entry in entries])


def _get_name(record: Record) -> tuple[str, str]:
    return record.KIND, record.id


def _find_copies(desk: Desk, names: Iterable[str]) -> tuple[Path, ...]:
    """Files and packs that were given out of what has one of these names."""
    folder = desk.home / "reports"
    return tuple(sorted({file for name in names for file in folder.glob(f"{glob.escape(name)}*")}))
