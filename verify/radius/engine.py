"""How tables are searched: in NumPy alone, or compiled where numba (the extra `fast`) is installed. Both give the same."""

import importlib
import importlib.util
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from verify.errors import VerifyError
from verify.radius import bands, scan
from verify.radius.bands import Tables
from verify.radius.plan import Layout
from verify.radius.scan import Hits, Words


class Engine(NamedTuple):
    """The two searches."""

    name: str
    scan: Callable[[Words, Words, int], Hits]
    search_bands: Callable[[Words, Tables, Layout, Words, int], Hits]


NUMPY = Engine("numpy", scan.scan, bands.search_bands)


@cache
def choose_engine(name: str | None = None) -> Engine:
    """The engine of this name ("numpy", "numba"); without one the fastest that is installed.

    Raises:
        VerifyError: It is not installed, or there is none of this name.
    """
    installed = importlib.util.find_spec("numba") is not None
    if name == "numpy" or (name is None and not installed):
        return NUMPY
    if name not in {None, "numba"}:
        raise VerifyError(f"there is no engine {name!r}: use numpy or numba")
    if not installed:
        raise VerifyError("numba is not installed: install the extra `fast`, or use numpy")
    compiled = importlib.import_module("verify.radius.compiled")
    return Engine("numba", compiled.scan, compiled.search_bands)
