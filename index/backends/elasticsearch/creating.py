"""Creating documents: the outcome of every single one is looked at, and one that is refused keeps no other from being kept."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import NamedTuple

from index.backends.elasticsearch.connection import Body, Outcome, create_all
from index.backends.elasticsearch.indices import Indices
from index.errors import IndexingError, RecordFormatError
from index.model import Record

Key = tuple[str, str]
"""A record, by kind and identifier."""

Refusals = dict[Key, IndexingError]
"""The records that could not be kept, each with why."""


class Document(NamedTuple):
    """A document that is to be made: what its index holds, its ``_id``, what it says, and the record that it is of."""

    holds: str
    name: str
    source: Body
    record: Record


def name_record(record: Record) -> Key:
    """The key of a record in :data:`Refusals`."""
    return record.KIND, record.id


def create(indices: Indices, documents: Iterable[Document], refused: Refusals) -> set[tuple[str, str]]:
    """Create documents; returns those that existed, on all copies, each as (what its index holds, ``_id``).

    A record that cannot be kept is put into *refused*; nothing of one that is in there is sent. Once the engine refuses more
    than the content of one, nothing is sent any more, and all that is left is refused.
    """
    existed: set[tuple[str, str]] = set()
    for holds, group in groupby(sorted(documents, key=_get_index), key=_get_index):
        wanted = {document.name: document for document in _drop_refused(group, refused)}
        outcome = _send(indices, holds, {name: document.source for name, document in wanted.items()})
        for name, error in outcome.refused.items():
            refused.setdefault(name_record(wanted[name].record), error)
        existed |= {(holds, name) for name in outcome.existed}
    return existed


def _get_index(document: Document) -> str:
    return document.holds


def _drop_refused(documents: Iterable[Document], refused: Refusals) -> Iterator[Document]:
    """Yield what may be sent; all else becomes refused."""
    ended = next((error for error in refused.values() if not isinstance(error, RecordFormatError)), None)
    for document in documents:
        if ended is not None:
            refused.setdefault(name_record(document.record), ended)
        elif name_record(document.record) not in refused:
            yield document


def _send(indices: Indices, holds: str, sources: dict[str, Body]) -> Outcome:
    outcome = Outcome()
    if not sources:
        return outcome
    try:
        alias = indices.require(holds)
        indices.write(holds, partial(create_all, indices.client, indices.where, alias, sources, outcome))
    except IndexingError as error:
        outcome.refused |= dict.fromkeys(sources, error)
    if outcome.existed:
        indices.await_copies(holds)
    return outcome
