"""The one door to OpenCV: optional, slow to load, opened when first needed, by one thread at a time.

While it loads, OpenCV's package puts its library into `sys.modules` under its own name. A thread that imports it then is given
the bare library, and one that asks whether it is installed a ValueError.
"""

import ctypes
import platform
import sys
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any

from threadpoolctl import threadpool_limits

from verify.errors import MissingExtraError

KEPT_BLOCK_BYTES = 64 << 20
"""Blocks of memory below this are kept for the next one to use, and"""

KEPT_BYTES = 256 << 20
"""as much as this of it."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # as malloc.h has them

_DOOR = Lock()


def is_available() -> bool:
    """Whether OpenCV is installed."""
    with _DOOR:
        return find_spec("cv2") is not None


def load_opencv(what_for: str = "comparing two aligned pictures") -> Any:
    """The module `cv2`. Raises MissingExtraError where the extra `vision` is not installed.

    Whoever loads it first gets one thread, in it and in NumPy's products of matrices: on pictures of this size more of
    them mostly wait for each other.
    """
    with _DOOR:
        is_new = "cv2" not in sys.modules
        try:
            module = import_module("cv2")
        except ImportError as error:
            raise MissingExtraError(what_for, "OpenCV", "vision") from error
        if is_new:
            module.setNumThreads(1)
            threadpool_limits(1, user_api="blas")
            _keep_freed_memory()
        return module


def _keep_freed_memory() -> None:
    """Let glibc use again what one picture leaves behind for the next one, instead of asking the system for fresh pages.

    A check of a picture asks for 8,500 pages otherwise, which costs a tenth of its processor time.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, KEPT_BLOCK_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, KEPT_BYTES)
