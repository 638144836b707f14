"""Claim-retrieval collections as CheckThat! lays them out: claims, posts, and which post repeats which claim.

A folder holds ``verified_claims*.tsv`` (or lies below one that does) and, for each split, ``SPLIT.queries.tsv`` beside qrels or a
folder SPLIT with both. Tables are read with their header; the 2020 edition leaves the first name empty. A column ``date`` of the
claims is read where there is one; the day of a post is the one at its end, as tweets are quoted.
"""

import ast
import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

csv.field_size_limit(1 << 24)

_DAY_AT_THE_END = re.compile(r"([A-Z][a-z]{2,8} \d{1,2}, \d{4})\s*$")
_SENTENCE = re.compile(r"^sen_id\(\d+, (\w+), '([ph])', '[^']*', '(\w+)', ('.*')\)\.$", re.MULTILINE)
_WAYS = ("%B %d, %Y", "%b %d, %Y", "%Y-%m-%d", "%d %B %Y")


@dataclass(frozen=True)
class Collection:
    """Claims (text, title) and posts by identifier, and the claims that each post repeats; posts without any are left out.

    ``days`` are those of the claims that have one, as ISO 8601.
    """

    claims: Mapping[str, tuple[str, str]]
    posts: Mapping[str, str]
    gold: Mapping[str, frozenset[str]]
    left_out: int
    days: Mapping[str, str] = field(default_factory=dict)

    @property
    def judged(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each post with the claims that it repeats."""
        return ((self.posts[name], claims) for name, claims in self.gold.items())


def read_collection(folder: Path, split: str) -> Collection:
    """Read one split. Raises ValueError where something is missing."""
    table = _find(folder, "verified_claims*.tsv")
    claims = {name: (text, title) for name, text, title, *_ in _iter_rows(table)}
    there = next((path for path in folder.rglob(split) if path.is_dir()), None)
    queries = _find(there, "*.queries.tsv") if there else _find(folder, f"{split}.queries.tsv")
    posts = {name: text for name, text, *_ in _iter_rows(queries)}
    gold: dict[str, set[str]] = {}
    for path in queries.parent.glob("*.qrels"):
        for line in path.read_text("utf-8").splitlines():
            post, _, claim, relevance = line.split()
            if post in posts and int(relevance) > 0:
                gold.setdefault(post, set()).add(claim)
    known = {post: frozenset(there) for post, found in gold.items() if (there := found & claims.keys())}
    return Collection(claims, posts, known, len(posts) - len(known), dict(_iter_days(table)))


def read_daccord(path: Path, *, reverse: bool = False) -> Collection:
    """Read DACCORD's pairs of French sentences: the first of each is to find the second, or the other way round.

    A sentence that stands in several pairs is one post, or one claim.
    """
    claims: dict[str, str] = {}
    gold: dict[str, set[str]] = {}
    for _, *pair in iter_pairs(path):
        post, claim = reversed(pair) if reverse else pair
        gold.setdefault(post, set()).add(claims.setdefault(claim, str(len(claims))))
    return Collection(
        claims={name: (claim, "") for claim, name in claims.items()},
        posts={post: post for post in gold},
        gold={post: frozenset(found) for post, found in gold.items()},
        left_out=0,
    )


def iter_pairs(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield label, first and second sentence of each pair of ``daccord_id.pl``."""
    first: dict[str, str] = {}
    for problem, part, label, quoted in _SENTENCE.findall(path.read_text("utf-8")):
        text = str(ast.literal_eval(quoted)).strip()
        if part == "p":
            first[problem] = text
        else:
            yield label, first[problem], text


def read_day(text: str) -> date | None:
    """Read the day at the end of a text: ``… — Name (@handle) February 25, 2016``."""
    found = _DAY_AT_THE_END.search(text)
    return _parse_day(found[1]) if found else None


def _iter_days(table: Path) -> Iterator[tuple[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        head = [name.casefold() for name in next(csv.reader(file, delimiter="\t"), [])]
    if "date" in head:
        at = head.index("date")
        days = ((name, _parse_day(row[at - 1].strip())) for name, *row in _iter_rows(table) if len(row) >= at)
        yield from ((name, day.isoformat()) for name, day in days if day)


def _parse_day(text: str) -> date | None:
    for way in _WAYS:
        try:
            return datetime.strptime(text, way).date()  # noqa: DTZ007 — a day, wherever it is
        except ValueError:
            continue
    return None


def _find(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        raise ValueError(f"{folder} holds no {pattern}: give a folder laid out as CheckThat! does")
    return found[0]


def _iter_rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t")
        next(rows, None)
        yield from (row for row in rows if row)
