from collections.abc import Iterator
from pathlib import Path

import pytest

from index.ratings import Rating
from index.scales.mapping import map_label, use_scales
from sankofa.bootstrap import open_desk
from sankofa.errors import SettingsError
from sankofa.settings import Settings

OWN = 'name = "Radio Tamani"\n[[label]]\nlabel = "Pas vrai du tout"\nrating = "{rating}"\n'


@pytest.fixture(autouse=True)
def own_scale() -> Iterator[None]:
    yield
    use_scales([])


def open_with(folder: Path, file: Path | None) -> None:
    with open_desk(Settings(home=folder, store="memory:", scale_file=file)):
        pass


def test_a_desk_reads_labels_by_the_scale_of_its_newsroom(tmp_path: Path) -> None:
    file = tmp_path / "tamani.toml"
    file.write_text(OWN.format(rating="false"), "utf-8")

    open_with(tmp_path, file)
    assert map_label("Pas vrai du tout") is Rating.FALSE

    open_with(tmp_path, None)
    assert map_label("Pas vrai du tout") is None


def test_a_desk_does_not_open_on_a_scale_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "tamani.toml"
    file.write_text(OWN.format(rating="wrong"), "utf-8")

    with pytest.raises(SettingsError, match=r"scale_file: tamani\.toml: label 1: 'wrong' is none of true"):
        open_with(tmp_path, file)
    with pytest.raises(SettingsError, match=r"scale_file: .* cannot be read"):
        open_with(tmp_path, tmp_path / "none.toml")
