"""What lies under a prefix when a store is opened: ours, of a version that we know, and all of it there."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from index.backends.elasticsearch.connection import Body, read_version
from index.backends.elasticsearch.indices import (
    DEAD_LETTERS,
    FINGERPRINTS,
    LOG,
    REVISIONS,
    VERSION,
    Indices,
    build_mappings,
    read_analysis,
)
from index.backends.elasticsearch.translation import translated
from index.errors import StoreFormatError, StoreUnavailableError
from index.model import KINDS
from index.store import Engine

NAMES = (*KINDS, REVISIONS, FINGERPRINTS, DEAD_LETTERS, LOG)
"""What has an index of its own."""

_WAIT = "4s"
_TIMED_OUT = 408


@dataclass(frozen=True)
class Condition:
    """The indices under one prefix as they stand."""

    indices: Indices

    @property
    def _client(self) -> Elasticsearch:
        return self.indices.client

    def check(self) -> bool:
        """Make sure that what is there can be used, and remember what is; tells whether there is anything.

        Raises:
            StoreFormatError: An index is not ours, or of a newer version; it was left as it is.
            StoreUnavailableError: Not all is there.
        """
        answer = self._read_indices()
        found = self._list_used(answer)
        self._require_aliases(answer, {name for _, name, _ in found})
        for index, name, mappings in found:
            _check_mappings(f"{index} in {self.indices.where}", name, mappings)
        if found and self._read_health([index for index, _, _ in found])["status"] == "red":
            raise StoreUnavailableError(
                f"{self.indices.where} is red: parts of {self.indices.prefix}-* are on no node now. Nothing was changed;"
                " start the nodes that are missing, or ask GET _cluster/allocation/explain why"
            )
        self.indices.remember(name for _, name, _ in found)
        return bool(found)

    def _require_aliases(self, answer: Mapping[str, Any], found: Set[str]) -> None:
        """Whoever writes to an index that nobody reads is not told that what it holds is not found."""
        written = {self.indices.write_name(name): name for name in NAMES if name not in found}
        for index, described in answer.items():
            for alias in described["aliases"].keys() & written.keys():
                raise StoreFormatError(
                    f"{index} in {self.indices.where} lost its alias {self.indices.name(written[alias])}: what it holds would"
                    " not be found. Nothing was changed; give it the alias again (POST _aliases)"
                )

    def describe(self) -> Engine:
        """Answer :meth:`index.store.Store.describe`."""
        version = read_version(self._client, self.indices.where)
        names = [index for index, _, _ in self._list_used(self._read_indices())]
        if not names:
            return Engine(name="Elasticsearch", version=version, health="empty", size_bytes=0)
        health = self._read_health(names)
        with translated(self.indices.where):
            stats = self._client.indices.stats(index=names, metric="store")
        missing = health["unassigned_shards"]
        return Engine(
            name="Elasticsearch",
            version=version,
            health=health["status"] + (f" ({missing} copies are on no node)" if missing else ""),
            size_bytes=stats["_all"]["total"]["store"]["size_in_bytes"],
        )

    def _read_indices(self) -> Mapping[str, Any]:
        with translated(self.indices.where):
            answer = self._client.indices.get(index=f"{self.indices.prefix}-*", features=["aliases", "mappings"])
        found: Mapping[str, Any] = answer.body
        return found

    def _list_used(self, answer: Mapping[str, Any]) -> list[tuple[str, str, Body]]:
        """Each index that is used: its name, what it holds, its mappings."""
        used = {self.indices.name(name): name for name in NAMES}
        return [
            (index, used[alias], described["mappings"])
            for index, described in answer.items()
            for alias in (index, *described["aliases"])
            if alias in used
        ]

    def _read_health(self, names: list[str]) -> Mapping[str, Any]:
        """The health, after a wait for what is being brought up."""
        with translated(self.indices.where):
            patient = self._client.options(ignore_status=_TIMED_OUT)
            answer: Mapping[str, Any] = patient.cluster.health(
                index=names, wait_for_status="yellow", timeout=_WAIT
            ).body
        return answer


def list_used(indices: Indices) -> Mapping[str, str]:
    """The index in use for each name, of those that exist."""
    names = {indices.name(name): name for name in NAMES}
    with translated(indices.where):
        answer = indices.lenient.indices.get_alias(index=f"{indices.prefix}-*")
    return {
        names[alias]: index
        for index, described in answer.items()
        if isinstance(described, Mapping)
        for alias in described.get("aliases", {})
        if alias in names
    }


def _check_mappings(where: str, name: str, mappings: Body) -> None:
    meta = mappings.get("_meta", {})
    version = meta.get("version", 0)
    if meta.get("product") == "sankofa" and isinstance(version, int) and version > VERSION:
        raise StoreFormatError(
            f"{where} was written by a newer version of Sankofa (schema {version}, known here: {VERSION}); it was left as"
            " it is. Install the newer version"
        )
    expected = build_mappings(name)
    if meta.get("product") == "sankofa" and isinstance(version, int) and version < VERSION:
        raise StoreFormatError(
            f"{where} is of an older version of Sankofa (schema {version}, wanted here: {VERSION}): `sankofa store migrate`"
            " makes it new while others work on"
        )
    if not expected["_meta"].items() <= meta.items() or dict(_iter_types(mappings)) != dict(_iter_types(expected)):
        raise StoreFormatError(
            f"{where} is not ours, or was changed by other hands; it was left as it is. Give the store another prefix:"
            " https://host:9200/PREFIX"
        )
    if read_analysis(mappings) != read_analysis(expected):
        raise StoreFormatError(
            f"the texts of {where} were read with other names (names_file), or by another version: `sankofa store migrate` reads"
            " them anew while others work on"
        )


def _iter_types(mappings: Body, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each field with its type."""
    for name, field in mappings.get("properties", {}).items():
        yield f"{path}{name}", field.get("type", "object")
        yield from _iter_types(field, f"{path}{name}.")
