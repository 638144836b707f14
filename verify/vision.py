"""The one door to OpenCV outside the feature detector: optional, slow to load, opened when first needed."""

from importlib import import_module
from typing import Any

from verify.errors import MissingExtraError


def load_opencv() -> Any:
    """The module `cv2`. Raises MissingExtraError where the extra `vision` is not installed."""
    try:
        return import_module("cv2")
    except ImportError as error:
        raise MissingExtraError("comparing two aligned pictures", "OpenCV", "vision") from error
