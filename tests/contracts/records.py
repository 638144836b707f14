"""Records for the tests of codec and stores: one of each kind with every field filled, and any number of random ones."""

import base64
import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal, TypeVar

import numpy as np
from hypothesis import strategies as st

from index.model import KINDS, Bank, BankEntry, Claim, ClaimMedia, Post, Record, Verdict, Wording
from index.ratings import Rating
from index.vectors import write_codes
from verify.hashing import HASHERS
from verify.hashing.base import Fingerprint

AnyRecord = TypeVar("AnyRecord", bound=Record)

NOON = datetime(2023, 11, 14, 12, 30, 15, 250_000, tzinfo=UTC)


def build_sample(kind: type[AnyRecord], number: int = 1) -> AnyRecord:
    """Build a record of a kind in which every field has a value that is not its default; it was not erased."""
    return typing.cast("AnyRecord", _fill_dataclass(kind, number))


def build_samples(number: int = 1) -> dict[str, Record]:
    """Build one of each kind."""
    return {name: build_sample(kind, number) for name, kind in KINDS.items()}


def build_post(number: int, text: str, **fields: Any) -> Post:
    given = {"platform": "x", "native_id": str(number), "url": f"https://x.example/{number}", "author": "nomade"}
    return Post(**({"id": f"P-{number:04d}", "text": text, "language": "fr"} | given | fields))


def build_verdict(number: int, claim_id: str, publisher: str, rating: Rating | None, **fields: Any) -> Verdict:
    """Build a published verdict."""
    given = {"id": f"V-2023-{number:04d}", "textual_rating": str(rating), "claim_id": claim_id, "publisher": publisher}
    return Verdict(**(given | {"rating": rating} | fields))


def build_claim(number: int, *wordings: str | tuple[str, str], **fields: Any) -> Claim:
    """Build a claim; a wording is (language, text), or French text."""
    read = tuple(Wording("fr", w) if isinstance(w, str) else Wording(*w) for w in wordings)
    return Claim(**({"id": f"C-2023-{number:04d}", "wordings": read} | fields))


def build_entry(number: int, *codes: str, bank: Bank = "known", algorithm: str = "pdq") -> BankEntry:
    fingerprints = tuple(Fingerprint(algorithm, code, 100, frame_index=n) for n, code in enumerate(codes))
    return BankEntry(
        id=f"B-{bank}-{number:04d}", media_id=f"M-{number:04d}", bank=bank, engine="1", fingerprints=fingerprints
    )


def build_words_entry(number: int, *words: str, bank: Bank = "known") -> BankEntry:
    return dataclasses.replace(build_entry(number, bank=bank), id=f"W-{bank}-{number:04d}", words=words)


def build_code(value: int, algorithm: str = "pdq") -> str:
    return f"{value:0{HASHERS[algorithm].bits // 4}x}"


# --- every field filled ----------------------------------------------------------------------------------------------

_NAMED: dict[str, Callable[[int], Any]] = {
    "language": lambda n: "fr-ML",
    "first_appeared_on": lambda n: "2023-11",
    "algorithm": lambda n: "pdq",
    "code": lambda n: build_code(n + (1 << 200)),
    "quality": lambda n: 87,
    "revision": lambda n: 1,
    "erased": lambda n: None,
    "symmetry": lambda n: "mirror",
    "codes": lambda n: write_codes(np.array([n % 128, -n % 127, 5], dtype=np.int8)),
}


def _fill_dataclass(kind: type, number: int) -> Any:
    hints = typing.get_type_hints(kind)
    fields = {f.name: _fill(hints[f.name], f.name, number) for f in dataclasses.fields(kind)}
    if "id" in fields:
        fields["id"] = f"{kind.__name__}-{number:04d}"
    if kind is BankEntry:
        fields["words"] = ("0a1b", f"other-word-{number}")
    return kind(**fields)


def _fill(hint: Any, name: str, number: int) -> Any:
    if name in _NAMED and typing.get_origin(hint) is not tuple:
        return _NAMED[name](number)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        items = [arguments[0]] * 2 if arguments[-1] is Ellipsis else arguments
        return tuple(_fill(item, name, number + place) for place, item in enumerate(items))
    if origin in (types.UnionType, typing.Union):
        return _fill(arguments[0], name, number)
    if origin is Literal:
        return arguments[-1]
    if dataclasses.is_dataclass(hint):
        return _fill_dataclass(typing.cast("type", hint), number)
    if issubclass(hint, Enum):
        return list(hint)[number % len(hint)]
    values: dict[type, Any] = {
        str: f"{name} {number}: « é » أنفاق \x00 \U0001f4f7\u2028",
        int: 1_000 + number,
        float: number + 0.25,
        bool: True,
        datetime: NOON + timedelta(days=number),
        date: (NOON + timedelta(days=number)).date(),
    }
    return values[hint]


# --- random ----------------------------------------------------------------------------------------------------------

_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-9, minutes=-30))])
_MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1), timezones=_ZONES)  # noqa: DTZ001 - hypothesis adds the zone
_SCALARS: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(-(2**60), 2**60),
    float: st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0),
    bool: st.booleans(),
    datetime: _MOMENTS,
    date: st.dates(),
}
_NAMED_STRATEGIES: dict[str, st.SearchStrategy[Any]] = {
    "codes": st.binary(min_size=1, max_size=40).filter(any).map(lambda codes: base64.b64encode(codes).decode()),
    "id": st.text(min_size=1),
    "erased": st.none(),
    "first_appeared_on": st.none() | st.dates().map(date.isoformat) | st.sampled_from(["2016", "2016-12"]),
    "wordings": st.lists(st.builds(Wording, st.sampled_from(["fr", "ar", "und"]), st.text()), min_size=1).map(tuple),
    "media": st.lists(st.builds(ClaimMedia, st.text(), st.sampled_from(["shown", "original"]))).map(tuple),
}


def draw_records(kind: type[AnyRecord]) -> st.SearchStrategy[AnyRecord]:
    """Records of a kind with any content that a store must keep."""
    return typing.cast("st.SearchStrategy[AnyRecord]", _draw_dataclass(kind))


def draw_fingerprints() -> st.SearchStrategy[Fingerprint]:
    """Fingerprints of any hash type."""
    return st.sampled_from(sorted(HASHERS)).flatmap(
        lambda name: st.builds(
            Fingerprint,
            algorithm=st.just(name),
            code=st.binary(min_size=HASHERS[name].bits // 8, max_size=HASHERS[name].bits // 8).map(bytes.hex),
            quality=st.none() | st.integers(0, 100),
            symmetry=st.text(),
            region=_draw(typing.get_type_hints(Fingerprint)["region"], "region"),
            frame_index=st.integers(0, 10_000),
            at_seconds=st.none() | st.floats(0, 1e6),
            flat_share=st.none() | st.floats(0, 1),
        )
    )


def draw_words() -> st.SearchStrategy[str]:
    """Words that a bank entry may hold: mostly those of 4 characters, few enough to meet again."""
    return st.text("0v", min_size=4, max_size=4) | st.text("ab9_-", min_size=1, max_size=5) | st.just("w" * 32)


def _draw_dataclass(kind: type) -> st.SearchStrategy[Any]:
    if kind is Fingerprint:
        return draw_fingerprints()
    hints = typing.get_type_hints(kind)
    fields = {f.name: _draw(hints[f.name], f.name) for f in dataclasses.fields(kind)}
    if kind is BankEntry:
        fields["words"] = st.lists(draw_words(), max_size=5).map(tuple)
    return st.builds(kind, **fields)


def _draw(hint: Any, name: str) -> st.SearchStrategy[Any]:
    if name in _NAMED_STRATEGIES:
        return _NAMED_STRATEGIES[name]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(_draw(arguments[0], name), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_draw(argument, name) for argument in arguments))
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(_draw(argument, name) for argument in arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if hint is types.NoneType:
        return st.none()
    if dataclasses.is_dataclass(hint):
        return _draw_dataclass(typing.cast("type", hint))
    return st.sampled_from(hint) if issubclass(hint, Enum) else _SCALARS[hint]
