"""The shipped numbers: what each feature weighs, and how a score becomes a probability.

They are learned by ``python -m bench learn-ranking``, which writes ``coefficients.json`` anew; from which posts, stands there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Arm = Literal["words", "meaning"]

SUGGESTED_FROM = 0.9
"""The default threshold of a suggestion: from here on nine of ten were right, in each collection, of whatever size, and with
either table (``python -m bench suggestions``)."""


@dataclass(frozen=True, kw_only=True)
class Coefficients:
    """``order`` weighs features into a score; ``probability`` its lead, some features and ``always`` (1) into log-odds."""

    order: Mapping[str, float]
    probability: Mapping[str, float]


@cache
def load_coefficients(arm: Arm) -> Coefficients:
    """Load what is used where only words were compared, or meaning too."""
    table = json.loads(files("index.matching").joinpath("coefficients.json").read_text("utf-8"))[arm]
    return Coefficients(order=table["order"], probability=table["probability"])
