"""What a search nominates for each post of a collection: claims by their words, and by their meaning where there is an encoder.

Fifty of each arm, as the desk asks for, and one vector for text and title of a claim together, as it has. They may be kept in a
folder, since encoding 14,000 claims takes a minute or two.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench._collections import Collection, read_day
from index.backends.memory import MemoryStore
from index.matching import Asked, Candidate
from index.meaning.encoder import Encoder
from index.model import Claim, Wording
from index.query import ClaimQuery, TextQuery
from sankofa.workflows.tags import write_out_tags

TOP = 50
_MOST_CHARACTERS = 10_000
_TOGETHER = 64

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Question:
    """A post, the claims that were nominated for it, and the identifiers of those that it repeats."""

    asked: Asked
    candidates: tuple[Candidate, ...]
    gold: frozenset[str]

    def take_out(self) -> "Question":
        """The same post where nobody knows the claims that it repeats."""
        return Question(self.asked, tuple(c for c in self.candidates if c.claim.id not in self.gold), frozenset())

    def without_meaning(self) -> "Question":
        """The same, asked without an encoder."""
        found = (Candidate(claim=c.claim, lexical=c.lexical, matched_terms=c.matched_terms) for c in self.candidates)
        return Question(self.asked, tuple(c for c in found if c.lexical), self.gold)


class Nominator:
    """The claims of a collection in a store in memory; every *one_in*-th of them, and always those that posts repeat."""

    def __init__(
        self,
        collection: Collection,
        language: str,
        encoder: Encoder | None = None,
        *,
        kept: Path | None = None,
        one_in: int = 1,
    ) -> None:
        needed = frozenset(chain.from_iterable(collection.gold.values()))
        names = [name for at, name in enumerate(collection.claims) if at % one_in == 0 or name in needed]
        self.claims = [_build_claim(at, name, collection, language) for at, name in enumerate(names)]
        self.names = {claim.id: name for claim, name in zip(self.claims, names, strict=True)}
        self._numbers = {name: at for at, name in enumerate(names)}
        self._store, self._encoder, self._kept = MemoryStore(), encoder, kept
        self._store.add_revisions(self.claims)
        if encoder:
            there = [at for at, name in enumerate(collection.claims) if name in self._numbers]
            passages = [_build_claim(0, name, collection, language).passages()[0].text for name in collection.claims]
            self._vectors = self._encode_all(passages, encoder)[there]

    @property
    def passages(self) -> int:
        """How many a search looks through."""
        return len(self.claims)

    def ask(self, collection: Collection) -> list[Question]:
        """Nominate claims for every post of the collection that repeats one."""
        written = self.write_out([post for post, _ in collection.judged])
        posts = [(post, gold) for post, (_, gold) in zip(written, collection.judged, strict=True)]
        vectors = self._encode_all(written, self._encoder) if self._encoder else None
        return [
            Question(
                asked=Asked(text=post, published_on=read_day(post)),
                candidates=self.nominate(post, None if vectors is None else vectors[at]),
                gold=frozenset(self.claims[self._numbers[name]].id for name in gold),
            )
            for at, (post, gold) in enumerate(posts)
        ]

    def write_out(self, posts: Sequence[str]) -> list[str]:
        """Put the words of their tags behind them, as the desk does before it asks."""
        return write_out_tags(self._store, posts)

    def nominate(self, text: str, vector: Vectors | None = None) -> tuple[Candidate, ...]:
        """Nominate claims for a text, and the vector of its meaning."""
        query = ClaimQuery(text=TextQuery(words=text[:_MOST_CHARACTERS]), limit=TOP)
        hits = {int(hit.claim.id[7:]): hit for hit in self._store.find_claims(query).hits}
        cosines = None if vector is None else self._vectors @ vector
        nearest = [] if cosines is None else np.argsort(-cosines, kind="stable")[:TOP].tolist()
        return tuple(
            Candidate(
                claim=self.claims[at],
                lexical=hits[at].score if at in hits else 0.0,
                matched_terms=hits[at].matched_terms if at in hits else (),
                cosine=None if cosines is None else float(cosines[at]),
            )
            for at in dict.fromkeys([*hits, *nearest])
        )

    def encode(self, texts: Sequence[str]) -> Vectors | None:
        """Encode texts, if there is an encoder."""
        return self._encode_all(texts, self._encoder) if self._encoder else None

    def _encode_all(self, texts: Sequence[str], encoder: Encoder) -> Vectors:
        digest = hashlib.sha256("\0".join([encoder.name, *texts]).encode(errors="replace")).hexdigest()
        path = self._kept / f"vectors-{digest[:20]}.npy" if self._kept else None
        if path and path.exists():
            known: Vectors = np.load(path)
            return known
        parts = [encoder.encode(texts[start : start + _TOGETHER]) for start in range(0, len(texts), _TOGETHER)]
        vectors = np.concatenate(parts) if parts else np.zeros((0, encoder.dimensions), np.float32)
        if path:
            np.save(path, vectors)
        return vectors


def _build_claim(number: int, name: str, collection: Collection, language: str) -> Claim:
    texts = [text for text in collection.claims[name] if text.strip()]
    return Claim(
        id=f"C-2023-{number:06d}",
        revision=1,
        wordings=tuple(Wording(language, text) for text in texts),
        first_appeared_on=collection.days.get(name),
    )
