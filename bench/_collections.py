"""Claim-retrieval collections as CheckThat! lays them out: claims, posts, and which post repeats which claim.

A folder holds ``verified_claims*.tsv`` (or lies below one that does) and, for each split, ``SPLIT.queries.tsv`` beside qrels or a
folder SPLIT with both. Tables are read with their header; the 2020 edition leaves the first name empty.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(1 << 24)


@dataclass(frozen=True)
class Collection:
    """Claims (text, title) and posts by identifier, and the claims that each post repeats; posts without any are left out."""

    claims: Mapping[str, tuple[str, str]]
    posts: Mapping[str, str]
    gold: Mapping[str, frozenset[str]]
    left_out: int

    @property
    def judged(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Each post with the claims that it repeats."""
        return ((self.posts[name], claims) for name, claims in self.gold.items())


def read_collection(folder: Path, split: str) -> Collection:
    """Read one split. Raises ValueError where something is missing."""
    claims = {name: (text, title) for name, text, title, *_ in _iter_rows(_find(folder, "verified_claims*.tsv"))}
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
    return Collection(claims, posts, known, len(posts) - len(known))


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
