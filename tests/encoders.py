"""An encoder for tests: small, the same everywhere, and blind to everything but a few ideas and how words begin."""

import hashlib
from collections.abc import Sequence

import numpy as np

from index.meaning.encoder import Vectors, prepare

IDEAS = {
    "tunnel": ("tunnel", "nafaq", "أنفاق", "نفق", "souterrain", "underground"),
    "army": ("armée", "army", "jaysh", "الجيش", "soldat", "soldier"),
    "vaccine": ("vaccin", "لقاح", "jab"),
}


class IdeasEncoder:
    """Words of one idea are one word, whatever their language; documented at :class:`index.meaning.encoder.Encoder`."""

    name = "ideas-1"
    dimensions = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        vectors = np.array([self._encode(prepare(text)) for text in texts], dtype=np.float32)
        return vectors.reshape(len(texts), self.dimensions)

    def _encode(self, text: str) -> Vectors:
        total = sum((_draw(_name(word)) for word in text.split()), start=np.full(self.dimensions, 0.01))
        return (total / np.linalg.norm(total)).astype(np.float32)


def _name(word: str) -> str:
    ideas = (idea for idea, signs in IDEAS.items() if any(sign in word for sign in signs))
    return next(ideas, word[:5])


def _draw(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(IdeasEncoder.dimensions).astype(np.float32)
