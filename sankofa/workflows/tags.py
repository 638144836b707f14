"""Tags of a text with the words that they hide behind them, as far as claims hold those."""

from collections.abc import Sequence

from index.matching.tags import list_hidden, list_terms, part, write_out
from index.model import Claim
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
