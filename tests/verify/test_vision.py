import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import ModuleType

import pytest

from verify.errors import MissingExtraError
from verify.vision import is_available, load_opencv

# What OpenCV's own package does: its library has the package's name for a while, and no specification.
_PACKAGE = """
import sys, types
from doorbell import rang, waited_for
whole = sys.modules.pop(__name__)
sys.modules[__name__] = types.ModuleType(__name__)
rang.set()
waited_for.wait(0.5)
sys.modules[__name__] = whole
whole.setNumThreads = lambda threads: None
"""


def test_without_opencv_the_message_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sankofa\[vision\]'"):
        load_opencv()
    assert not is_available()


@pytest.fixture
def doorbell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """An OpenCV that is not loaded yet, says when its library stands alone, and waits then."""
    bell = ModuleType("doorbell")
    vars(bell).update(rang=threading.Event(), waited_for=threading.Event())
    (tmp_path / "cv2").mkdir()
    (tmp_path / "cv2" / "__init__.py").write_text(_PACKAGE)
    monkeypatch.setitem(sys.modules, "doorbell", bell)
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.syspath_prepend(tmp_path)
    del sys.modules["cv2"]
    return bell


def test_who_comes_while_opencv_loads_gets_all_of_it(doorbell: ModuleType) -> None:
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(load_opencv)
        assert doorbell.rang.wait(30)
        later = [pool.submit(is_available), pool.submit(load_opencv)]
        wait(later, timeout=0.5)
        doorbell.waited_for.set()

    assert [task.result() for task in later] == [True, first.result()]
    assert first.result().__spec__ is not None
