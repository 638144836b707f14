"""The part of X's search language that the replay understands.

Words, "phrases in quotes", #hashtags, ``from:NAME``, ``lang:CODE``, ``has:media``, ``has:images``, ``has:videos``,
``is:retweet`` (never true here), ``-`` before any of these, ``OR``, parentheses; a space means AND and binds closer than
OR. Words match whole words whatever their case; accents count. Every other operator is an error.

Source: https://docs.x.com/x-api/posts/search/integrate/build-a-query
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Predicate = Callable[["Searchable"], bool]

_TOKEN = re.compile(r'\s*(?:(?P<mark>[()]|-(?=[\w#"(]))|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+))')
_WORDS = re.compile(r"\w+")


class QueryError(ValueError):
    """A query that X would refuse."""


@dataclass(frozen=True)
class Searchable:
    """What a query can ask of a post; ``kinds`` are the kinds of its media, X's names."""

    author: str
    language: str
    text: str
    kinds: frozenset[str]


def parse_query(query: str) -> Predicate:
    """Return what tells whether a post answers *query*.

    Raises:
        QueryError: It is empty, does not close its parentheses or quotes, or uses an operator that is not known here.
    """
    tokens = _split(query)
    if not tokens:
        raise QueryError("the query is empty")
    predicate, rest = _parse_any(tokens)
    if rest:
        raise QueryError(f"unexpected {rest[0][1]!r}")
    return predicate


def _split(query: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    while query[place:].strip():
        match = _TOKEN.match(query, place)
        if match is None or match.lastgroup is None:
            raise QueryError(f"cannot read {query[place:].strip()!r}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tokens


def _parse_any(tokens: list[tuple[str, str]]) -> tuple[Predicate, list[tuple[str, str]]]:
    first, tokens = _parse_all(tokens)
    choices = [first]
    while tokens and tokens[0] == ("word", "OR"):
        choice, tokens = _parse_all(tokens[1:])
        choices.append(choice)
    return lambda post: any(choice(post) for choice in choices), tokens


def _parse_all(tokens: list[tuple[str, str]]) -> tuple[Predicate, list[tuple[str, str]]]:
    parts = []
    while tokens and tokens[0] not in (("word", "OR"), ("mark", ")")):
        part, tokens = _parse_one(tokens)
        parts.append(part)
    if not parts:
        raise QueryError("something is missing beside OR or inside parentheses")
    return lambda post: all(part(post) for part in parts), tokens


def _parse_one(tokens: list[tuple[str, str]]) -> tuple[Predicate, list[tuple[str, str]]]:
    (kind, value), rest = tokens[0], tokens[1:]
    if (kind, value) == ("mark", "-"):
        inner, rest = _parse_one(rest)
        return lambda post: not inner(post), rest
    if (kind, value) == ("mark", "("):
        inner, rest = _parse_any(rest)
        if not rest or rest[0] != ("mark", ")"):
            raise QueryError("a parenthesis is not closed")
        return inner, rest[1:]
    return (_match_words(value) if kind == "phrase" else _match_term(value)), rest


def _match_term(term: str) -> Predicate:
    name, colon, value = term.partition(":")
    match name if colon else "":
        case "":
            return _match_hashtag(term) if term.startswith("#") else _match_words(term)
        case "from":
            return lambda post: post.author.casefold() == value.removeprefix("@").casefold()
        case "lang":
            return lambda post: post.language == value
        case "has" if value in ("media", "images", "videos"):
            return lambda post: bool(post.kinds) if value == "media" else value in post.kinds
        case "is" if value == "retweet":
            return lambda post: False
    raise QueryError(f"there is no operator {term!r} here")


def _match_hashtag(tag: str) -> Predicate:
    return lambda post: re.search(rf"{re.escape(tag.casefold())}(?!\w)", post.text.casefold()) is not None


def _match_words(phrase: str) -> Predicate:
    wanted = _WORDS.findall(phrase.casefold())
    if not wanted:
        raise QueryError(f"there is no word in {phrase!r}")

    def matches(post: Searchable) -> bool:
        words = _WORDS.findall(post.text.casefold())
        return any(words[start : start + len(wanted)] == wanted for start in range(len(words)))

    return matches
