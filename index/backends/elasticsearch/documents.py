"""Records as documents, and what of them can be asked for."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from itertools import groupby

from index.backends.elasticsearch.bands import cut_code, list_bands
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.indices import list_columns
from index.codec import encode
from index.documents import BREAK, Document, Passage, build_document
from index.features import pack_words
from index.fingerprints import get_width_bits, iter_rows
from index.model import BankEntry, Claim, Record, Revised, TextVector, Verdict
from index.vectors import MAX_DIMENSIONS, pack_vector

_PLAIN = re.compile(r"[A-Za-z0-9.][A-Za-z0-9._-]{0,199}")
_LONGEST_VALUE = 1_000


def name_document(record_id: str) -> str:
    """The ``_id`` of a record: its identifier, or a digest where that is no plain one."""
    return record_id if _PLAIN.fullmatch(record_id) else f"_{_digest(record_id)}"


def name_revision(kind: str, record_id: str, revision: int) -> str:
    """The ``_id`` of a revision."""
    return f"{kind}:{name_document(record_id)}:{revision}"


def shorten(value: str) -> str:
    """A value to find by: itself, or a digest where it is longer than what can be looked up."""
    return value if len(value) <= _LONGEST_VALUE else f"\x01{_digest(value)}"


def build_head(record: Record) -> Body:
    """The document of a record's newest state.

    Raises:
        RecordFormatError: It cannot be kept.
    """
    head: Body = {"id": shorten(record.id), "body": encode(record), "links": _build_links(record)}
    if isinstance(record, Revised):
        head["revision"] = record.revision
    if record.is_stub:
        return head | {"untold": [name_document(record.claim_id)]} if isinstance(record, Verdict) else head
    if (document := build_document(record)) is not None:
        head |= _build_searched(document)
    if document is not None and isinstance(record, Claim):
        head["words"] = sorted({term for passage in document.passages for term in passage.terms if term})
    if isinstance(record, Verdict):
        head["untold"] = [name_document(record.claim_id)]
    if isinstance(record, TextVector):
        dimensions, signs = pack_vector(record)
        head |= {"space": name_space(record.encoder, dimensions), "signs": write_signs(signs)}
    if isinstance(record, BankEntry):
        head["media_id"] = record.media_id
        if pack_words(record) is not None:
            head["words"] = {record.bank: sorted(set(record.words))}
    return head


def build_revision(record: Revised) -> Body:
    """The document of one revision, which is never changed."""
    return {"kind": record.KIND, "id": shorten(record.id), "revision": record.revision, "body": encode(record)}


def iter_fingerprints(entry: BankEntry) -> Iterator[tuple[str, Body]]:
    """Yield (``_id``, document) for each fingerprint of a bank entry. Raises RecordFormatError."""
    for number, (algorithm, row) in enumerate(iter_rows(entry)):
        bits = get_width_bits(algorithm)
        key = f"{name_document(entry.id)}:{number}"
        yield (
            key,
            {
                "key": key,
                "bank": name_bank(algorithm, entry.bank),
                "bands": list_bands(row.code),
                **dict(zip(list_columns(bits), cut_code(row.code), strict=True)),
                "entry_id": row.entry_id,
                "media_id": row.media_id,
            },
        )


def name_bank(algorithm: str, bank: str) -> str:
    """What the fingerprints of one hash type in one bank have in common."""
    return f"{algorithm}:{bank}"


def name_space(encoder: str, dimensions: int) -> str:
    """What the vectors that may be compared have in common."""
    return shorten(f"{dimensions}:{encoder}")


def write_signs(signs: bytes) -> str:
    """The signs of a vector as the engine takes them: hexadecimal, as wide as the widest."""
    return signs.ljust(MAX_DIMENSIONS // 8, b"\x00").hex()


def _build_links(record: Record) -> Mapping[str, list[str]]:
    return {name: sorted({shorten(value) for value in values}) for name, values in record.found_by().items() if values}


def _build_searched(document: Document) -> Body:
    return {
        "passages": [{"language": p.language, "terms": _split(p)} for p in document.passages],
        "facets": {name: list(values) for name, values in document.facets.items()},
        "first_day": document.first_day,
        "last_day": document.last_day,
        "newest": document.newest,
    }


def _split(passage: Passage) -> list[str]:
    """One text for each that the passage was made of."""
    runs = groupby(passage.terms, key=lambda term: term == BREAK)
    return [" ".join(terms) for is_break, terms in runs if not is_break]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
