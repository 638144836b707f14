"""The one door to OpenCV: optional, slow to load, opened when first needed."""

import sys
from importlib import import_module
from typing import Any

from verify.errors import MissingExtraError


def load_opencv(what_for: str = "comparing two aligned pictures") -> Any:
    """The module `cv2`. Raises MissingExtraError where the extra `vision` is not installed.

    Whoever loads it first gets one thread: on pictures of this size more of them mostly wait for each other.
    """
    is_new = "cv2" not in sys.modules
    try:
        module = import_module("cv2")
    except ImportError as error:
        raise MissingExtraError(what_for, "OpenCV", "vision") from error
    if is_new:
        module.setNumThreads(1)
    return module
