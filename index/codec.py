"""Records as text and back: one canonical JSON text per record, the same on every machine and in every backend.

Canonical means sorted keys, no spaces, characters as they are, moments in UTC with ``Z``. What was kept can be read again:
a record is checked before it becomes text, and text with unknown, missing or mistyped fields is refused.
"""

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from index.errors import RecordFormatError
from index.model import KINDS, Record, Revised

if TYPE_CHECKING:
    from pydantic import TypeAdapter

AnyRecord = TypeVar("AnyRecord", bound=Record)


def encode(record: Record) -> str:
    """Write a record as canonical JSON; equal records give equal text.

    Raises:
        RecordFormatError: A field holds what its type does not allow, a moment without time zone, a number that is
            not finite, or text that is no Unicode (a lone surrogate); or the identifier is empty.
    """
    if not record.id:
        raise RecordFormatError(f"a {record.KIND} needs an identifier")
    adapter = _build_adapter(record.KIND)
    try:
        as_read = adapter.validate_json(adapter.dump_json((record,), warnings="error"), strict=True)
        if as_read != (record,):
            raise ValueError("it would be read again as something else")
        (fields,) = adapter.dump_python(as_read)
        if fields["erased"] is None:
            del fields["erased"]  # which nearly none has
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_write_time)
    except (ValueError, OverflowError) as error:
        raise RecordFormatError(f"{record.KIND} {record.id!r} cannot be kept: {_explain(error)}") from error


def decode(kind: type[AnyRecord], text: str) -> AnyRecord:
    """Read a record of a kind from JSON text; fields with a default may be missing.

    Raises:
        RecordFormatError: The text is no JSON object of exactly this kind.
    """
    try:
        (record,) = _build_adapter(kind.KIND).validate_json(f"[{text}]", strict=True)
        for name in _name_moments(kind.KIND):
            _check_moment(getattr(record, name))
        _check_moment(record.erased and record.erased.at)
    except ValueError as error:
        raise RecordFormatError(f"no {kind.KIND} can be read from this text: {_explain(error)}") from error
    return cast("AnyRecord", record)


def digest(record: Record) -> str:
    """Return the SHA-256 (hex) of the canonical text, revision number included."""
    return hashlib.sha256(encode(record).encode()).hexdigest()


def read_said(record: Record) -> dict[str, Any]:
    """Return what a record says as values of JSON; fields that have their default are left out, at every depth."""
    said = _build_adapter(record.KIND).dump_python((record,), exclude_defaults=True)
    (fields,) = json.loads(json.dumps(said, default=_write_time))
    return cast("dict[str, Any]", fields)


def same_content(a: Record, b: Record) -> bool:
    """Tell whether two records say the same; the revision number is not part of what they say."""
    return type(a) is type(b) and encode(_without_revision(a)) == encode(_without_revision(b))


def _without_revision(record: Record) -> Record:
    return dataclasses.replace(record, revision=0) if isinstance(record, Revised) else record


@cache
def _build_adapter(kind: str) -> "TypeAdapter[Any]":
    """One adapter per kind (building it takes milliseconds). The tuple carries the configuration into the dataclasses."""
    from pydantic import ConfigDict, TypeAdapter  # 0.1 s, which a command that only helps need not wait

    strict = ConfigDict(extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants")
    return TypeAdapter(tuple[KINDS[kind]], config=strict)  # type: ignore[valid-type]  # a type made at run time


@cache
def _name_moments(kind: str) -> tuple[str, ...]:
    """Name the fields that hold moments; but for that of an erasure all of them lie at the top of a record."""
    return tuple(field.name for field in dataclasses.fields(KINDS[kind]) if field.type in (datetime, datetime | None))


def _check_moment(moment: datetime | None) -> None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"the moment {moment.isoformat()} has no time zone")


def _write_time(value: object) -> str:
    if isinstance(value, datetime):
        _check_moment(value)
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record")


def _explain(error: Exception) -> str:
    """Say what is wrong in one line, without the documentation links of pydantic."""
    from pydantic import ValidationError  # see _build_adapter

    if not isinstance(error, ValidationError):
        return str(error).splitlines()[-1].strip()
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return f"{where}: {first['msg']}" if where else first["msg"]


def is_text(value: str) -> bool:
    """Tell whether a value can be kept anywhere: a lone surrogate cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
