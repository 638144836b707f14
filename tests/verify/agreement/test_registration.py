import numpy as np
import pytest

from tests.verify.agreement.pairs import draw_photo, grey, shift
from verify.agreement.alignment import Alignment
from verify.agreement.registration import LONGER_SIDE, register


@pytest.mark.parametrize(("off", "scale"), [((6.0, -5.0), 1.0), ((-4.0, 4.0), 1.02), ((0.0, 5.0), 0.98)])
def test_an_alignment_that_is_a_little_off_is_corrected(off: tuple[float, float], scale: float) -> None:
    photo = draw_photo(11)
    wrong = Alignment.from_pixels(shift(*off, scale), query_size=photo.size, known_size=photo.size)
    corrected = register(grey(photo), grey(photo), wrong).alignment
    assert np.abs(corrected.outline_in_known() - [[0, 0], [1, 0], [1, 1], [0, 1]]).max() < 0.004


def test_the_known_picture_is_compared_at_one_size() -> None:
    photo = draw_photo(11, 1200, 900)
    whole = Alignment.from_affine(((1, 0, 0), (0, 1, 0)))
    pair = register(grey(photo), grey(photo.resize((200, 150))), whole)
    assert max(pair.known.shape) == LONGER_SIDE
    assert pair.query_soft.shape == pair.known.shape == pair.covered.shape


def test_a_correction_that_does_not_help_is_not_made() -> None:
    one, other = draw_photo(11), draw_photo(12)
    whole = Alignment.from_affine(((1, 0, 0), (0, 1, 0)))
    corrected = register(grey(one), grey(other), whole).alignment
    assert np.abs(corrected.outline_in_known() - whole.outline_in_known()).max() < 0.1
