"""One entry of the log: who did what to which record, when, and the digest of the record as it then was.

An entry holds no content. The digest is that of a record with a random salt of its own, so that it says nothing any more once
the record, and the salt with it, is gone. Its place in the log is its number.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from index.codec import read_said
from index.log.canonical import LARGEST, canonicalize, canonicalize_plain
from index.model import Record, Revised
from index.store import AnyRevised

BEGIN, ADOPT, KEY, VOID = "begin", "adopt", "key", "void"
"""Acts of the log itself: it began, took up a revision from before, got a key, or an act before did not come about."""
ERASE = "erase"
"""The act that put stubs in the place of what a record said; `stubs` names the number of each and its digest."""

Name: TypeAlias = tuple[str, str, int]
"""A revision: kind, identifier, number; 0 of a record that has no revisions."""

_NAME = re.compile(r"[a-z][a-z_]{0,31}")
_FIELDS = ("act", "actor", "at", "kind", "subject", "revision", "digest")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry; `more` are values of an act's own, of texts, whole numbers, and lists and objects of these."""

    act: str
    actor: str
    at: datetime
    kind: str = ""
    subject: str = ""
    revision: int = 0
    digest: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Write it as canonical JSON.

        Raises:
            ValueError: A name or value has no place in an entry.
        """
        if self.at.tzinfo is None:
            raise ValueError(f"the moment {self.at.isoformat()} has no time zone")
        fields: dict[str, Any] = {
            "act": self.act,
            "actor": self.actor,
            "at": self.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "digest": self.digest,
            "kind": self.kind,
            "revision": self.revision,
            "subject": self.subject,
        }
        if self.more:
            _check_more(self.more)
            fields |= self.more
        return canonicalize_plain(fields)


def read_entry(text: bytes) -> Entry:
    """Read an entry as :meth:`Entry.encode` writes it.

    Raises:
        ValueError: It is none, or written otherwise.
    """
    try:
        more = json.loads(text)
        given = {name: more.pop(name) for name in _FIELDS}
        entry = Entry(**given | {"at": datetime.fromisoformat(given["at"])}, more=more)
        is_ours = all(type(given[name]) is (int if name == "revision" else str) for name in _FIELDS)
        is_ours = is_ours and entry.encode() == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no entry of the log: {error}") from error
    if not is_ours:
        raise ValueError("no entry of the log as Sankofa writes it")
    return entry


def seal(record: AnyRevised, expected_revision: int) -> AnyRevised:
    """Return the revision after *expected_revision* as it will be kept, with a salt of its own."""
    return replace(record, revision=expected_revision + 1, salt=secrets.token_hex(16))


def digest_record(record: Record) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of what a record or revision says.

    A field that has its default is left out, so that fields which later versions add change no digest.
    """
    return hashlib.sha256(canonicalize(read_said(record))).hexdigest()


def name_of(record: Record) -> Name:
    """Return how the log names a record: at its revision, or 0 where it has none."""
    return record.KIND, record.id, record.revision if isinstance(record, Revised) else 0


def build_entry(record: Record, act: str, *, actor: str, at: datetime, **more: Any) -> Entry:
    """Build the entry of an act that makes the revision *record*; of what has no revisions, that the log takes it up."""
    kind, subject, revision = name_of(record)
    return Entry(
        act=act,
        actor=actor,
        at=at,
        kind=kind,
        subject=subject,
        revision=revision,
        digest=digest_record(record),
        more=more,
    )


def build_erasure(stubs: Sequence[Record], *, actor: str, at: datetime) -> Entry:
    """Build the entry which says that *stubs* now stand in the place of revisions of one record; without a history it has 0."""
    named = [{"revision": name_of(stub)[2], "digest": digest_record(stub)} for stub in stubs]
    return Entry(act=ERASE, actor=actor, at=at, kind=stubs[0].KIND, subject=stubs[0].id, more={"stubs": named})


def build_void(entry: bytes, number: int, at: datetime) -> bytes:
    """Build the entry which says that the act of the entry *number* did not come about."""
    earlier = read_entry(entry)
    return replace(earlier, act=VOID, at=at, more={"voids": number, "act_voided": earlier.act}).encode()


def _check_more(more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if name in _FIELDS:
            raise ValueError(f"{name} is a field of its own")
        _check_value(name, value)


def _check_value(name: str, value: object) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} names no value of an entry")
    match value:
        case str():
            return
        case int() if type(value) is int and abs(value) <= LARGEST:
            return
        case list() | tuple():
            for one in value:
                _check_value(name, one)
            return
        case Mapping():
            for key, one in value.items():
                _check_value(key, one)
            return
    raise ValueError(f"{name} holds {value!r}, which has no place in an entry")
