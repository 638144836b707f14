"""Stamp a report: the checkpoint that was signed last before it was frozen, and for each verdict the proof that it is in the log.

The log names what this desk publishes when it does so; the verdict of another organisation it names once a report cites it.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace

from index.log.entries import ADOPT, build_entry, read_entry
from index.log.finding import Name, find_entries
from index.model import Verdict
from reports.content import Case, LogProof, LogState, MonthlyReport
from sankofa.desk import Desk
from sankofa.workflows.log import begin_log, open_log_folder, sign_log

_Named = Mapping[Name, tuple[int, bytes]]


def stamp(desk: Desk, report: MonthlyReport) -> MonthlyReport:
    """Sign the log as it stands, and return the report with the checkpoint and its proofs.

    Raises:
        LogError, LeaseTakenError: As :func:`sankofa.workflows.log.sign_log`.
    """
    begin_log(desk)
    named = _name_all(desk, {_split(verdict.id) for verdict in report.iter_verdicts()})
    signed = sign_log(desk)
    size = signed.checkpoint.size
    hashes = open_log_folder(desk).open_hashes(desk.store)
    proofs = {
        f"{subject}.{revision}": _build_proof(number, text, hashes.prove_inclusion(number, size))
        for (_, subject, revision), (number, text) in named.items()
    }
    return replace(
        report,
        log=LogState(checkpoint=signed.note, size=size, key_sha256=signed.fingerprint),
        cited=tuple(replace(cited, logged=proofs.get(cited.id)) for cited in report.cited),
        cases=tuple(_stamp_case(case, proofs) for case in report.cases),
    )


def _name_all(desk: Desk, wanted: set[Name]) -> _Named:
    """Find the entries of revisions, and add those that other organisations' verdicts have not yet."""
    named = find_entries(desk.store, wanted)
    missing = [desk.store.get(Verdict, subject, revision=revision) for _, subject, revision in wanted - named.keys()]
    others = sorted((each for each in missing if each.external), key=lambda each: (each.id, each.revision))
    at = desk.clock()
    entries = [build_entry(each, ADOPT, actor=desk.person_id, at=at).encode() for each in others]
    first = desk.store.append_log(entries) if entries else 0
    added = ((Verdict.KIND, each.id, each.revision) for each in others)
    return named | dict(zip(added, enumerate(entries, first), strict=True))


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
