"""THE PORT of encoders: a text becomes a vector, and texts that mean much the same have vectors of nearly the same direction."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.analysis import read_out

Vectors = npt.NDArray[np.float32]

MAX_CHARACTERS = 2_000
"""Of a text that are encoded: what a post says stands at its beginning, and a long one would take seconds."""


class Encoder(Protocol):
    """Encodes texts; any thread may ask.

    Raises (any method or property):
        EncoderError: The model cannot be used; the message says what is wrong with which part.
    """

    @property
    def name(self) -> str:
        """Which model in which version: only vectors of the same name may be compared."""

    @property
    def dimensions(self) -> int:
        """How many components a vector has."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return a vector of unit length for each text, float32 [texts, dimensions].

        Capital letters make no difference. What is behind the first :data:`MAX_CHARACTERS` counts not.
        """


def prepare(text: str) -> str:
    """Return what is encoded of a text: its beginning as one would read it out, in lower case, as any encoder can read it."""
    return read_out(text[:MAX_CHARACTERS]).lower().encode(errors="replace").decode()
