"""What the claims' documents say of the verdicts on them, so that claims are found and counted by it without a join.

The head of a verdict names the claims that were not told of it yet (``untold``). It is written with that list; then the claims
are told, and those that were are taken off. A process that dies in between leaves what is to be done: whoever asks for claims by
their verdicts does it first (:meth:`Verdicts.tell_all`). A claim that is not there yet stays on the list.

A claim has an entry for each verdict that it was told of, with its revision, and takes only a newer one, so that neither the
order nor the number of times matters. A verdict that stands no more, or went over to another claim, keeps its entry there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from elasticsearch.helpers import streaming_bulk

from index.backends.elasticsearch.connection import BULK, Body
from index.backends.elasticsearch.documents import build_head, name_document, shorten
from index.backends.elasticsearch.records import PAGE, Records, cut
from index.backends.elasticsearch.translation import translate, translated
from index.codec import decode, is_text
from index.documents import Filters
from index.model import Claim, Record, Verdict

_REFUSED = 400
_MOVED = ("version_conflict_engine_exception", "document_missing_exception")
_UNTOLD: Body = {"exists": {"field": "untold"}}

Documents = dict[str, Mapping[str, Any]]
"""Documents with their sequence numbers, by ``_id``."""


class Verdicts:
    """The verdicts under one prefix, and the claims that are told of them."""

    def __init__(self, records: Records) -> None:
        self._records, self._indices = records, records.indices

    def tell_all(self) -> None:
        """Tell every claim what it was not told yet."""
        self._indices.refresh(Verdict.KIND)
        for hits in filter(None, self._records.iter_pages(Verdict.KIND, _UNTOLD, ["id"], [""], ["id"])):
            self._tell([hit["_id"] for hit in hits])

    def tell(self, records: Iterable[Record]) -> None:
        """Tell the claims of the verdicts among these records, as these are now."""
        names = {name_document(record.id) for record in records if isinstance(record, Verdict)}
        for part in cut(sorted(names), PAGE):
            self._tell(part)

    def _tell(self, names: list[str]) -> None:
        read = self._records.read_documents(Verdict.KIND, names, ["body", "untold"])
        heads = {name: head for name, head in read.items() if head["_source"]["untold"]}
        said: dict[str, list[Body]] = {}
        for head in heads.values():
            verdict = decode(Verdict, head["_source"]["body"])
            for claim in head["_source"]["untold"]:
                said.setdefault(claim, []).append(_build_entry(verdict, claim))
        told = self._tell_claims(said)
        left = {name: [c for c in head["_source"]["untold"] if c not in told] for name, head in heads.items()}
        changes = {name: {"untold": left[name]} for name in left if left[name] != heads[name]["_source"]["untold"]}
        self._update(Verdict.KIND, heads, changes)  # where one moved meanwhile, whoever moved it tells the claims

    def _tell_claims(self, said: dict[str, list[Body]]) -> set[str]:
        """Returns those that know it now, on all copies; the others are not there."""
        told: set[str] = set()
        while said:
            claims = self._records.read_documents(Claim.KIND, sorted(said), ["verdicts"])
            known = {name: claim["_source"].get("verdicts", []) for name, claim in claims.items()}
            merged = {name: _merge(entries, said[name]) for name, entries in known.items()}
            changes = {name: _build_told(entries) for name, entries in merged.items() if entries != known[name]}
            if changes.keys() < claims.keys():
                self._indices.await_copies(Claim.KIND)
            moved = self._update(Claim.KIND, claims, changes)
            told |= claims.keys() - moved
            said = {name: said[name] for name in moved}
        return told

    def _update(self, kind: str, found: Documents, changes: dict[str, Body]) -> set[str]:
        """Change documents that are as they were found; returns those that are not."""
        moved: set[str] = set()
        left = dict(changes)
        if left:
            self._indices.write(kind, partial(self._send, self._indices.write_name(kind), found, left, moved))
        return moved

    def _send(self, alias: str, found: Documents, left: dict[str, Body], moved: set[str]) -> None:
        client, where = self._indices.client, self._indices.where
        actions = [_build_update(alias, found[name], change) for name, change in left.items()]
        with translated(where):
            for _, item in streaming_bulk(client, actions, raise_on_error=False, require_alias=True, **BULK):
                result = item["update"]
                if result.get("error", {}).get("type") in _MOVED:
                    moved.add(result["_id"])
                elif result["status"] >= _REFUSED:
                    raise translate(where, result["status"], result)
                del left[result["_id"]]


def build_next(record: Record, before: Mapping[str, Any] | None) -> Body:
    """The head of a record in the place of the one *before*: what that knew of claims and verdicts is not forgotten."""
    head = build_head(record)
    if before is not None and isinstance(record, Verdict):
        claim = name_document(decode(Verdict, before["body"]).claim_id)
        head["untold"] = sorted({*head["untold"], *before["untold"], claim})
    return keep_verdicts(head, before or {})


def keep_verdicts(head: Body, before: Mapping[str, Any]) -> Body:
    """The head of a claim with what the one *before* says of verdicts; any other as it is."""
    if not before.get("verdicts"):
        return head
    told = _build_told(before["verdicts"])
    return {**head, **told, "facets": {**head.get("facets", {}), **told["facets"]}}


def build_filter(filters: Filters) -> Iterator[Body]:
    """Yield what a claim must hold to have one verdict that stands and says so."""
    publishers = [shorten(publisher) for publisher in filters.publishers if is_text(publisher)]
    if filters.ratings and filters.publishers:
        pairs = [_pair(rating, publisher) for rating in filters.ratings for publisher in publishers]
        yield {"terms": {"facets.rated_by": pairs}}
    elif filters.ratings:
        yield {"terms": {"facets.rating": list(filters.ratings)}}
    elif filters.publishers:
        yield {"terms": {"facets.publisher": publishers}}


def _build_entry(verdict: Verdict, claim: str) -> Body:
    return {
        "id": name_document(verdict.id),
        "revision": verdict.revision,
        "rating": verdict.rating and verdict.rating.value,
        "publisher": shorten(verdict.publisher),
        "stands": verdict.stands and name_document(verdict.claim_id) == claim,
    }


def _merge(known: Sequence[Body], said: Sequence[Body]) -> list[Body]:
    """Of each verdict the newest entry, ordered by identifier; of the same revision the one that says nothing, being erased."""
    newest = {entry["id"]: entry for entry in sorted([*said, *known], key=_get_age)}
    return [newest[name] for name in sorted(newest)]


def _get_age(entry: Body) -> tuple[int, bool]:
    return int(entry["revision"]), not entry["publisher"]


def _build_told(entries: Sequence[Body]) -> Body:
    """What a claim's document holds, besides its own, of the verdicts that it was told of."""
    standing = [entry for entry in entries if entry["stands"]]
    rated = [entry for entry in standing if entry["rating"]]
    facets = {
        "rating": _list_once(entry["rating"] for entry in rated),
        "publisher": _list_once(entry["publisher"] for entry in standing if entry["publisher"]),
        "rated_by": _list_once(_pair(entry["rating"], entry["publisher"]) for entry in rated),
    }
    return {"verdicts": list(entries), "facets": facets}


def _list_once(values: Iterable[str]) -> list[str]:
    return sorted(set(values))


def _pair(rating: str, publisher: str) -> str:
    return f"{rating}:{publisher}"


def _build_update(alias: str, found: Mapping[str, Any], change: Body) -> Body:
    return {
        "_op_type": "update",
        "_index": alias,
        "_id": found["_id"],
        "if_seq_no": found["_seq_no"],
        "if_primary_term": found["_primary_term"],
        "doc": change,
    }
