from pathlib import Path

import pytest

from tests.reports.sample import SampleDesk, fill


@pytest.fixture
def desk(tmp_path: Path) -> SampleDesk:
    """An empty desk."""
    return SampleDesk(tmp_path)


@pytest.fixture
def full_desk(tmp_path: Path) -> SampleDesk:
    """One case of Mali in November 2023 with all that a report can show."""
    return fill(tmp_path)
