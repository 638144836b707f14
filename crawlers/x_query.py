"""Write X's search queries: within its length, and with nothing in them that a person's words could switch on.

Source: https://docs.x.com/x-api/posts/search/integrate/build-a-query (operators, 512 characters, languages).
"""

import re
from collections.abc import Iterable, Sequence

from crawlers.errors import SourceFormatError

MAX_QUERY_CHARACTERS = 512
_MAX_ACCOUNTS_CHARACTERS = 200  # beside words, so that both find room

_PLAIN = re.compile(r"[#@]?\w+")
_OPERATORS = frozenset({"or", "and", "not"})
_ACCOUNT = re.compile(r"@?([A-Za-z0-9_]{1,15})")

# The languages that X tells apart, by their BCP 47 primary tag; X's own code where it differs.
_TAGS = """
    am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu he hi hr ht hu hy id is it ja ka km kn ko lo lt lv ml
    mr my ne nl no or pa pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk ur vi zh
"""
_LANGUAGES = {tag: tag for tag in _TAGS.split()} | {"he": "iw", "id": "in"}


def build_queries(
    words: Sequence[str], accounts: Sequence[str], languages: Sequence[str], *, reposts: bool = False
) -> tuple[str, ...]:
    """Write the fewest queries that ask for one of *words* by one of *accounts* in one of *languages*.

    An empty sequence restricts nothing. Languages restrict only where X tells all of them apart. Of a phrase all words must
    occur, in any order.

    Raises:
        SourceFormatError: Neither words nor accounts, an account that X cannot have, or a phrase that is too long.
    """
    phrases = [_write(word) for word in words if word.strip(' \t\r\n"\\')]
    names = [f"from:{_check_account(account)}" for account in accounts]
    if not phrases and not names:
        raise SourceFormatError("X searches for words or accounts: name at least one")
    tail = " ".join(filter(None, (_join(_list_languages(languages)), "" if reposts else "-is:retweet")))
    room = MAX_QUERY_CHARACTERS - len(tail) - 1
    by_account = list(_pack(names, min(room, _MAX_ACCOUNTS_CHARACTERS) if phrases else room)) or [""]
    room -= max(len(clause) for clause in by_account) + 1
    by_word = list(_pack(phrases, room)) or [""]
    return tuple(" ".join(filter(None, (wording, clause, tail))) for clause in by_account for wording in by_word)


def parse_language(code: str) -> str:
    """Turn X's language code into BCP 47; ``und`` for its codes of posts without language (``zxx``, ``qme`` …)."""
    tag = {"iw": "he", "in": "id"}.get(code, code)
    return "und" if tag.startswith("q") or tag == "zxx" or not tag else tag


def _write(phrase: str) -> str:
    """Ask for all words of *phrase*, in any order, as the other sources do."""
    words = [_quote(word) for word in phrase.replace("\\", " ").replace('"', " ").split()]
    return words[0] if len(words) == 1 else f"({' '.join(words)})"


def _quote(word: str) -> str:
    return word if _PLAIN.fullmatch(word) and word.lower() not in _OPERATORS else f'"{word}"'


def _check_account(account: str) -> str:
    match = _ACCOUNT.fullmatch(account.strip())
    if match is None:
        raise SourceFormatError(f"{account!r} is no account of X: 1 to 15 letters, digits and underscores")
    return match[1]


def _list_languages(languages: Iterable[str]) -> list[str]:
    tags = list(dict.fromkeys(language.partition("-")[0].lower() for language in languages))
    known = [f"lang:{_LANGUAGES[tag]}" for tag in tags if tag in _LANGUAGES]
    return known if len(known) == len(tags) else []


def _pack(terms: Iterable[str], room: int) -> Iterable[str]:
    clause: list[str] = []
    for term in terms:
        if len(term) > room:
            raise SourceFormatError(
                f"too long for a query of X, which has {MAX_QUERY_CHARACTERS} characters: {term[:60]}…"
            )
        if len(_join([*clause, term])) > room:
            yield _join(clause)
            clause = []
        clause.append(term)
    if clause:
        yield _join(clause)


def _join(terms: Sequence[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})" if terms else ""
