"""Tags of a text with the words that they hide behind them, as far as claims hold those."""

from collections.abc import Sequence
from dataclasses import replace

from index.matching.tags import list_hidden, list_terms, part, write_out
from index.model import Claim
from index.query import MAX_QUERY_CHARACTERS, TextQuery, parse_query
from index.store import Store


def write_out_tags(store: Store, texts: Sequence[str]) -> list[str]:
    """Return each text with the words of its tags behind them: ``#FYREFESTIVAL fyre festival``."""
    hidden = {found for text in texts for found in list_hidden(text)}
    if not hidden:
        return list(texts)
    holders = store.count_holders(frozenset().union(*map(list_terms, hidden)))
    claims = store.count(Claim)
    words = {found: part(found, holders, claims) for found in hidden}
    return [write_out(text, words) for text in texts]


def read_query(store: Store, text: str) -> TextQuery:
    """Read what a person typed (:func:`index.query.parse_query`), tags outside of quotes written out where there is room.

    Raises:
        QueryError: The text is too long.
    """
    query = parse_query(text)
    (words,) = write_out_tags(store, [query.words])
    fits = len(text) - len(query.words) + len(words) <= MAX_QUERY_CHARACTERS
    return replace(query, words=words) if fits else query
