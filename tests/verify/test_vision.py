import sys

import pytest

from verify.errors import MissingExtraError
from verify.vision import load_opencv


def test_without_opencv_the_message_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sankofa\[vision\]'"):
        load_opencv()
