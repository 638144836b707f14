from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sankofa.demo.case import load_case
from sankofa.demo.replay import Replay, open_replay
from sankofa.demo.standins import make_stand_ins


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Every stand-in of the case, made once."""
    return make_stand_ins(load_case().media, tmp_path_factory.mktemp("stand-ins"))


@pytest.fixture(scope="session")
def shared_replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """The replayed world, opened once for all tests that only read it and count nothing."""
    with open_replay(tmp_path_factory.mktemp("replay")) as replay:
        yield replay
