"""Stamp a report: the checkpoint that was signed last before it was frozen, and for each verdict the proof that it is in the log.

The log names what this desk publishes when it does so; the verdict of another organisation, and what else a report says, it names
once one is frozen.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from index.log.entries import Name, name_of, read_entry
from index.log.finding import find_entries
from index.model import Record, Verdict
from reports.content import Case, LogProof, LogState, MonthlyReport
from sankofa.desk import Desk
from sankofa.workflows.adopt import adopt
from sankofa.workflows.log import begin_log, open_log_folder, sign_log
from sankofa.workflows.pack_records import collect_texts, read_attached, read_captures

_Named = Mapping[Name, tuple[int, bytes]]


def stamp(desk: Desk, report: MonthlyReport) -> MonthlyReport:
    """Sign the log as it stands, and return the report with the checkpoint and its proofs.

    Raises:
        LogError, LeaseTakenError: As :func:`sankofa.workflows.log.sign_log`.
    """
    begin_log(desk)
    verdicts = {_split(verdict.id) for verdict in report.iter_verdicts()}
    named = _name_all(desk, verdicts, _read_said(desk, report))
    signed = sign_log(desk)
    size = signed.checkpoint.size
    hashes = open_log_folder(desk).open_hashes(desk.store)
    proofs = {
        f"{subject}.{revision}": _build_proof(number, text, hashes.prove_inclusion(number, size))
        for (kind, subject, revision), (number, text) in named.items()
        if kind == Verdict.KIND
    }
    return replace(
        report,
        log=LogState(checkpoint=signed.note, size=size, key_sha256=signed.fingerprint),
        cited=tuple(replace(cited, logged=proofs.get(cited.id)) for cited in report.cited),
        cases=tuple(_stamp_case(case, proofs) for case in report.cases),
    )


def _read_said(desk: Desk, report: MonthlyReport) -> dict[Name, Record]:
    """Read what the report says of evidence, media, captures, and the published checks of others."""
    said = collect_texts(report)
    return {name_of(one): one for one in chain(read_attached(desk.store, said), read_captures(desk.store, said))}


def _name_all(desk: Desk, verdicts: set[Name], said: Mapping[Name, Record]) -> _Named:
    """Find the entries of verdicts and of what is said besides, and add those that are not there: of our own they must be."""
    named = find_entries(desk.store, verdicts | said.keys())
    missing = [desk.store.get(Verdict, subject, revision=revision) for _, subject, revision in verdicts - named.keys()]
    others = (each for each in missing if each.external)
    return named | adopt(desk, [*others, *(one for name, one in said.items() if name not in named)])


def _split(cited: str) -> Name:
    verdict_id, _, revision = cited.rpartition(".")
    return Verdict.KIND, verdict_id, int(revision)


def _build_proof(number: int, text: bytes, path: Iterable[bytes]) -> LogProof:
    return LogProof(
        number=number,
        digest=read_entry(text).digest,
        entry=text.decode(),
        path=tuple(base64.b64encode(step).decode("ascii") for step in path),
    )


def _stamp_case(case: Case, proofs: Mapping[str, LogProof]) -> Case:
    return replace(case, verdicts=tuple(replace(each, logged=proofs.get(each.id)) for each in case.verdicts))
