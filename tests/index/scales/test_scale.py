"""A newsroom writes a scale by hand: what is wrong in it is told by label and field."""

from pathlib import Path

import pytest

from index.errors import RecordFormatError
from index.ratings import Rating
from index.scales.scale import load_scale

GOOD = 'name = "Tamani"\n[[label]]\nlabel = "Non"\nrating = "false"\nnumber = 1\nalso = ["No"]\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "tamani.toml"
    file.write_text(text, "utf-8")
    return file


def test_a_scale_is_named_after_its_file_and_keeps_labels_as_they_are_written(tmp_path: Path) -> None:
    scale = load_scale(write(tmp_path, GOOD))

    assert (scale.id, scale.name, scale.labels[0].label) == ("tamani", "Tamani", "Non")
    found = scale.find("NON.")
    assert found is not None
    assert (found.rating, found.number) == (Rating.FALSE, 1)
    assert scale.find("Non ?") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the scale has no name"),
        ('name = "T"\nlabel = []', "no label: add one"),
        ("name = T", "tamani.toml: "),
        (GOOD.replace('"false"', '"faulse"'), "label 1: 'faulse' is none of true, mostly_true"),
        (GOOD.replace("= 1", "= 9"), "label 1: 9 does not lie between 1 and 5"),
        (GOOD.replace("= 1", '= "1"'), "label 1: number must be a whole number, and is '1'"),
        (GOOD.replace('["No"]', "[0]"), "label 1: 0 is no text"),
        (GOOD.replace('["No"]', '["Non ?"]'), "is a question"),
        (GOOD.replace("rating", "ratting"), "label 1: ratting is none of label, rating"),
        ("worst = 5\n" + GOOD, "worst is 5 and best 5"),
        (GOOD + '[[label]]\nlabel = "NO"\n', "'NO' stands in two labels: 'Non' and 'NO'"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RecordFormatError) as caught:
        load_scale(write(tmp_path, text))

    assert told in str(caught.value)
