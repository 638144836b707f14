"""What lies where: one index for each kind of record, one for revisions, for fingerprints, for what was refused, for the log;
their mappings, as code.

``PREFIX-KIND`` is the alias that ``PREFIX-KIND-vNNNN`` is read by, ``PREFIX-KIND-wNNNN`` the one that documents of version NNNN
are written through. Indices are made when the first document is written, and again by a migration
(:mod:`index.backends.elasticsearch.migration`).
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from elasticsearch import BadRequestError, Elasticsearch

from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.translation import WriteBlockedError, translated
from index.documents import get_mark
from index.errors import StoreError, StoreUnavailableError
from index.model import Claim, Post, TextVector, Verdict
from index.vectors import MAX_DIMENSIONS
from verify.hashing import HASHERS

VERSION = 5
"""Of the mappings; a change that an index cannot take makes a new one."""

BUILDING = "building"
"""In the ``_meta`` of an index that is not used yet: the one that it is built for."""

_PATIENCE_SECONDS = 120.0
_MOMENT_SECONDS = 0.25

SEARCHED = (Claim.KIND, Post.KIND)
REVISIONS, FINGERPRINTS, DEAD_LETTERS, LOG = "revisions", "fingerprints", "dead_letters", "log"

MOST_CODES = 100_000
"""Fingerprints that one answer may hold. Where more are near, all codes are compared once for each so many."""

Written = TypeVar("Written")

_NOTHING: Body = {"hits": {"hits": [], "total": {"value": 0}}, "aggregations": {}}

_ANALYSIS = "analysis"
_GAP = 100
"""Positions between two texts of a passage, so that no phrase runs from one into the next."""

KEYWORD: Body = {"type": "keyword"}
_READ: Body = {"type": "keyword", "index": False}
_KEPT: Body = {"type": "keyword", "index": False, "doc_values": False}
_MOMENT: Body = {"type": "date"}
_TERMS: Body = {"type": "text", "analyzer": "terms", "position_increment_gap": _GAP}
_WORDS: Body = {"type": "text", "analyzer": "terms", "index_options": "docs", "norms": False, "similarity": "rarity"}

_SIGNS: Body = {"type": "dense_vector", "element_type": "bit", "dims": MAX_DIMENSIONS, "index": False}

_SETTINGS: Body = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "merge": {"policy": {"expunge_deletes_allowed": 0}},  # so that what was erased goes without writing everything anew
    "similarity": {"rarity": {"type": "BM25", "k1": 0, "b": 0}},  # a word counts as rare as it is, and nothing else
    "analysis": {
        "tokenizer": {"terms": {"type": "whitespace", "max_token_length": 1_000_000}},
        "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
    },
}


def name_edition(version: int, analysis: str) -> str:
    """The end of the alias that an index is written through."""
    return f"-w{version:04d}{f'-{analysis}' if analysis else ''}"


def read_analysis(mappings: Mapping[str, Any]) -> str:
    """How the texts of an index were read (:func:`index.documents.get_mark`); empty where it has none, or nobody says."""
    passages = mappings.get("properties", {}).get("passages", {})
    return str(passages.get("properties", {}).get("terms", {}).get("meta", {}).get(_ANALYSIS, ""))


def build_settings(name: str) -> Body:
    """The settings of a new index. Millions of small documents alike are packed closer; they are never read one by one."""
    of_codes: Body = {"codec": "best_compression", "max_result_window": MOST_CODES}
    return _SETTINGS | (of_codes if name == FINGERPRINTS else {})


def build_mappings(name: str) -> Body:
    """The mappings of the index of a kind, of the revisions, of the fingerprints, or of what was refused."""
    if name == REVISIONS:
        properties: Body = {"kind": KEYWORD, "id": KEYWORD, "revision": {"type": "integer"}, "body": _KEPT}
    elif name == FINGERPRINTS:
        properties = _build_fingerprints()
    elif name == DEAD_LETTERS:
        properties = _build_dead_letters()
    elif name == LOG:
        properties = _build_log()
    else:
        properties = _build_records(name)
    mappings: Body = {
        "dynamic": "strict",
        "_meta": {"product": "sankofa", "version": VERSION},
        "properties": properties,
    }
    # The code is read from its columns, and bands are made again from it.
    return mappings | ({"_source": {"excludes": ["bands", "code_*"]}} if name == FINGERPRINTS else {})


def _build_records(kind: str) -> Body:
    properties: Body = {
        "id": KEYWORD,
        "revision": {"type": "integer"},
        "body": _KEPT,
        "links": {"type": "flattened"},
    }
    if kind in SEARCHED:
        terms = {**_TERMS, "meta": {_ANALYSIS: get_mark()}}
        properties |= {
            "passages": {"type": "nested", "properties": {"language": KEYWORD, "terms": terms}},
            "facets": {"properties": dict.fromkeys(("language", "country", "platform"), KEYWORD)},
            "first_day": KEYWORD,
            "last_day": KEYWORD,
            "newest": KEYWORD,
        }
    if kind == Claim.KIND:
        of_claims = ("place", "actor", "media", "rating", "publisher", "rated_by")
        properties["facets"]["properties"] |= dict.fromkeys(of_claims, KEYWORD)
        properties["verdicts"] = {"properties": _build_entry()}
        properties["words"] = _READ
    if kind == Verdict.KIND:
        properties["untold"] = KEYWORD
    if kind == TextVector.KIND:
        properties |= {"space": KEYWORD, "signs": _SIGNS}
    if kind == "bank_entry":
        properties["words"] = {"properties": dict.fromkeys(("known", "seen", "negative"), _WORDS)}
        properties["media_id"] = KEYWORD
    return properties


def _build_entry() -> Body:
    """What a claim keeps of a verdict (:mod:`index.backends.elasticsearch.verdicts`); it is found by its facets."""
    unread: Body = {"index": False, "doc_values": False}
    kept = dict.fromkeys(("id", "rating", "publisher"), _KEPT)
    return {**kept, "revision": {"type": "integer", **unread}, "stands": {"type": "boolean", **unread}}


def _build_dead_letters() -> Body:
    moments: Body = dict.fromkeys(("refused_at", "written_at"), _MOMENT)
    kept = dict.fromkeys(("id", "reason", "body"), _KEPT)
    return {"key": KEYWORD, "kind": KEYWORD, "revision": {"type": "integer"}, **moments, **kept}


def _build_log() -> Body:
    """The revision that an act makes waits beside its entry until it is made (:mod:`index.backends.elasticsearch.log`)."""
    waiting: Body = {"properties": {"kind": KEYWORD, "body": _KEPT}}
    return {"first": {"type": "long"}, "last": {"type": "long"}, "entries": _KEPT, "token": _KEPT, "waiting": waiting}


def _build_fingerprints() -> Body:
    bands: Body = {"type": "keyword", "index_options": "docs", "norms": False, "doc_values": False}
    properties: Body = {"key": _READ, "bank": KEYWORD, "bands": bands, "entry_id": _READ, "media_id": _READ}
    widest = max(hasher.bits for hasher in HASHERS.values())
    return properties | {name: {"type": "long", "index": False} for name in list_columns(widest)}


def list_columns(bits: int) -> list[str]:
    """The fields that a code of this width lies in, 64 bits in each."""
    return [f"code_{number}" for number in range(bits // 64)]


@dataclass
class Indices:
    """The indices under one prefix."""

    client: Elasticsearch
    where: str
    prefix: str

    def __post_init__(self) -> None:
        self.lenient = self.client.options(ignore_status=404)  # half a millisecond each time it is made
        self._there: set[str] = set()
        self._lock = threading.Lock()

    def name(self, name: str) -> str:
        """The alias of an index."""
        return f"{self.prefix}-{name.replace('_', '-')}"

    def write_name(self, name: str) -> str:
        """The alias that documents of this version are written through; once there is a newer version, or its texts are read
        with other names, it is gone.
        """
        return f"{self.name(name)}{name_edition(VERSION, get_mark() if name in SEARCHED else '')}"

    def write(self, name: str, attempt: Callable[[], Written]) -> Written:
        """Write to an index; while a migration keeps it from being written, wait and do *attempt* again.

        Raises what *attempt* does; WriteBlockedError where no migration holds the index, or for longer than a while.
        """
        begun = time.monotonic()
        is_last = False
        while True:
            try:
                return attempt()
            except WriteBlockedError:
                if is_last:
                    raise
                is_last = not self._is_moving(name, time.monotonic() - begun)  # it may have ended since the attempt
            time.sleep(_MOMENT_SECONDS)

    def _is_moving(self, name: str, waited: float) -> bool:
        """Whether to wait on; at first in any case, for a migration may have ended a moment ago."""
        if waited < 2 * _MOMENT_SECONDS:
            return True
        with translated(self.where):
            answer = self.client.indices.get_mapping(index=f"{self.name(name)}-v*")
        is_moving = any(BUILDING in found["mappings"].get("_meta", {}) for found in answer.values())
        return is_moving and waited < _PATIENCE_SECONDS

    def remember(self, names: Iterable[str]) -> None:
        """Take these as made, for whoever may not make any."""
        with self._lock:
            self._there.update(names)

    def require(self, name: str) -> str:
        """Make the index if it does not exist yet, and return the alias to write through."""
        with self._lock:
            if name not in self._there:
                self._create(name)
                self._there.add(name)
        return self.write_name(name)

    def await_copies(self, name: str) -> None:
        """Return when every copy of an index holds what its primary holds now.

        A conflict tells of documents that may still be on their way to the copies: without these, whoever takes them for kept
        loses them with the primary.

        Raises:
            StoreUnavailableError: That takes longer than a while.
        """
        until = time.monotonic() + _PATIENCE_SECONDS
        wanted: dict[str, int] = {}
        while time.monotonic() < until:
            marks = self._read_marks(name)
            wanted = wanted or {shard: mark["max_seq_no"] for shard, mark in marks.items()}
            if wanted and all(
                shard in marks and marks[shard]["global_checkpoint"] >= wanted[shard] for shard in wanted
            ):
                return
            time.sleep(_MOMENT_SECONDS)
        raise StoreUnavailableError(f"{self.where} does not bring {name} onto all its nodes: look at its health")

    def _read_marks(self, name: str) -> dict[str, Mapping[str, int]]:
        """By index and shard, how far its primary has written (``max_seq_no``), and all its copies (``global_checkpoint``)."""
        wanted = [f"indices.*.shards.*.{what}" for what in ("routing.primary", "seq_no")]
        with translated(self.where):
            answer = self.client.indices.stats(index=self.name(name), metric="docs", level="shards", filter_path=wanted)
        return {
            f"{index} {number}": copy["seq_no"]
            for index, found in answer.get("indices", {}).items()
            for number, copies in found["shards"].items()
            for copy in copies
            if copy["routing"]["primary"] and "seq_no" in copy
        }

    def refresh(self, name: str) -> None:
        """Make visible what was acknowledged."""
        with translated(self.where):
            self.lenient.indices.refresh(index=self.name(name))

    def search(self, name: str, **what: Any) -> Mapping[str, Any]:
        """Search all of an index as it was when it was refreshed; one that does not exist holds nothing."""
        with translated(self.where):
            answer = self.lenient.search(index=self.name(name), allow_partial_search_results=False, **what)
        return answer.body if "hits" in answer else _NOTHING

    def search_each(self, name: str, searches: Sequence[Body], **header: Any) -> list[Mapping[str, Any]]:
        """Search as :meth:`search` does, each for itself, on one way to the engine and back.

        Raises:
            StoreError: The engine refuses one of them.
        """
        if len(searches) == 1:  # spares some milliseconds
            return [self.search(name, body=searches[0], **header)]
        header |= {"index": self.name(name), "ignore_unavailable": True, "allow_partial_search_results": False}
        with translated(self.where):
            answers = self.client.msearch(searches=[part for search in searches for part in (header, search)])
        refused = [answer["error"] for answer in answers["responses"] if "error" in answer]
        if refused:
            raise StoreError(f"{self.where} could not search: {refused[0].get('reason', '')}")
        return list(answers["responses"])

    def create(self, name: str, index: str, **more: Any) -> None:
        """Make an index for what *name* says, in use by nobody; *more* goes into its ``_meta``."""
        mappings = build_mappings(name)
        with translated(self.where):
            self.client.indices.create(
                index=index,
                settings=build_settings(name),
                mappings={**mappings, "_meta": {**mappings["_meta"], **more}},
            )

    def _create(self, name: str) -> None:
        with translated(self.where):
            try:
                self.client.indices.create(
                    index=f"{self.name(name)}-v0001",
                    settings=build_settings(name),
                    mappings=build_mappings(name),
                    aliases={self.name(name): {}, self.write_name(name): {}},
                )
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":
                    raise
