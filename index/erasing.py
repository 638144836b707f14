"""What stays of a record that was erased: a stub of its kind, which says who erased it, when and why.

A stub keeps the identifier, the numbers of its revisions with who made them when, and what else ties records together
(:data:`KEPT`); all that anybody said or that was read in a file is empty. It is the list of what must not come back, too: what is
named after its content meets its own stub when it is collected again, and a post is recognised by the digest of its number.
"""

import secrets
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import datetime
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from index.errors import RecordErasedError
from index.identifiers import digest_text
from index.model import (
    Appearance,
    BankEntry,
    Capture,
    Claim,
    ClaimMatch,
    ClaimReview,
    Erasure,
    Event,
    Evidence,
    Match,
    MediaFacts,
    MediaItem,
    Narrative,
    Negative,
    Person,
    Post,
    Record,
    Revised,
    Sensitive,
    TextVector,
    Verdict,
    Wording,
)
from index.store import AnyRecord

KEPT: Mapping[type[Record], tuple[str, ...]] = {
    Post: ("platform",),
    Capture: ("subject_id", "retrieved_at"),
    ClaimReview: (),
    MediaItem: ("sha256", "kind"),
    MediaFacts: ("media_id", "engine"),
    BankEntry: ("media_id", "engine", "bank"),
    Appearance: ("subject_id", "role"),
    Evidence: (),
    TextVector: ("claim_id", "encoder"),
    Match: ("subject_id", "target_id", "status", "engine", "suggested_at"),
    ClaimMatch: ("post_id", "claim_id", "status", "stance", "engine", "suggested_at"),
    Negative: (),
    Sensitive: (),
    Claim: ("demo",),
    Verdict: ("claim_id", "external", "status", "release", "published_at", "drafted_by", "approved_by"),
    Narrative: ("demo",),
    Event: ("demo",),
    Person: (),
}
"""The kinds that can be erased, and what of each a stub keeps besides the identifier and the revisions."""

_OF_ALL = ("id", "revision", "revised_at", "revised_by")
_NO_WORDING = (Wording("und", ""),)


def build_stub(record: AnyRecord, erasure: Erasure) -> AnyRecord:
    """Return what takes the place of *record*, in that of its revision; a revision's stub has a salt of its own.

    Raises:
        KeyError: Records of its kind cannot be erased.
    """
    kept, hints = {*_OF_ALL, *KEPT[type(record)]}, get_type_hints(type(record))
    said = {
        field.name: getattr(record, field.name) if field.name in kept else _empty(field, hints[field.name])
        for field in fields(record)
    }
    more: dict[str, Any] = {"erased": erasure}
    if isinstance(record, Post):
        more["native_id"] = hide_number(record)
    if isinstance(record, Revised):
        more["salt"] = secrets.token_hex(16)
    return type(record)(**said | more)


def hide_number(post: Post) -> str:
    """Return what the stub of a post has in the place of its number: whoever knows the number recognises it, and nobody else."""
    return digest_text(f"{post.platform}:{post.native_id}")


def find_guard(post: Post) -> str:
    """Return the value of the link ``native_id`` under which the stub of this very post, whatever its text, is found."""
    return replace(post, native_id=hide_number(post)).guards()["native_id"][0]


def refuse_erased(record: AnyRecord) -> AnyRecord:
    """Return a record. Raises RecordErasedError where it is the stub of one that was erased."""
    if record.is_stub:
        raise build_error(record)
    return record


def build_error(record: Record) -> RecordErasedError:
    """Build the error for a record that was erased."""
    erasure = cast("Erasure", record.erased)
    on = erasure.at.date().isoformat()
    return RecordErasedError(record.KIND, record.id, by=erasure.by, on=on, reason=erasure.reason)


def _empty(field: "Field[Any]", hint: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return _build_empty(hint)


def _build_empty(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        return None if type(None) in get_args(hint) else _build_empty(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return _NO_WORDING if Wording in get_args(hint) else ()
    if is_dataclass(hint):
        hints = get_type_hints(cast("type", hint))
        return cast("type", hint)(**{field.name: _empty(field, hints[field.name]) for field in fields(hint)})
    if hint is datetime:
        raise TypeError("a moment is kept, for none means nothing")
    return hint()
