"""The whole second stage for one pair: align, map, decide, and find out which part is shown."""

import dataclasses
from math import ceil, floor

import numpy as np

from verify.agreement.alignment import Alignment, measure_area
from verify.agreement.boxes import CellBox, Mask, drop_inner, to_region
from verify.agreement.decision import (
    Agreement,
    AgreementNumbers,
    Findings,
    Outcome,
    TextState,
    box_differing,
    judge_shape,
    read_maps,
    settle,
)
from verify.agreement.extent import find_extent, measure_filled
from verify.agreement.maps import CELL_PIXELS, Grey
from verify.agreement.registration import Registered, map_cells, register
from verify.agreement.text import texts_agree
from verify.hashing.base import Region

_MOSTLY_TEXT = 0.55
"""`drawn_share` from which a picture is mostly text: the text must be read and compared."""

_LEAST_SIDE, _LONGEST_SHAPE = 32, 12
"""Pixels, and times as long as wide: slivers hold too few cells to say anything."""


def measure_agreement(known: Grey, query: Grey, alignment: Alignment) -> Agreement:
    """Compare two grey pictures where the alignment lays the query over the known one.

    The pictures may be of any size: the known one is compared at 448 pixels (a thumbnail of that size is enough).
    Same input, same answer. Raises MissingExtraError without OpenCV.
    """
    if min(*known.shape, *query.shape) < _LEAST_SIDE or max(known.shape) > _LONGEST_SHAPE * min(known.shape):
        return Agreement(Outcome.NONE, alignment, AgreementNumbers())
    pair = register(known, query, alignment)
    found = read_maps(map_cells(pair))
    return _build(pair, found)


def settle_text(agreement: Agreement, known_text: str, query_text: str) -> Agreement:
    """The agreement of two mostly-text pictures after their text was read.

    Words may differ a little, as readers of text err; the numbers, dates among them, must be the same ones.
    """
    if agreement.text is TextState.NOT_NEEDED:
        return agreement
    if texts_agree(known_text, query_text):
        return dataclasses.replace(agreement, outcome=agreement.as_shown, text=TextState.AGREES)
    return dataclasses.replace(agreement, outcome=Outcome.SAME_LAYOUT, text=TextState.DIFFERS)


def _build(pair: Registered, found: Findings) -> Agreement:
    height, width = pair.known.shape
    shown, outline, numbers = None, np.zeros((0, 2)), found.numbers
    if found.same_picture or found.same_layout:
        shown, outline = find_extent(pair, found.agrees, _bound(found))
        kept, filled = measure_area(outline), measure_filled(pair, outline)
        numbers = dataclasses.replace(numbers, kept_share=kept, filled_share=filled)
    outcome = settle(found, numbers.kept_share, numbers.filled_share)
    as_shown = judge_shape(numbers.kept_share, numbers.filled_share) if found.same_picture else outcome
    must_read = numbers.drawn_share >= _MOSTLY_TEXT and (found.same_picture or found.same_layout)
    is_part = shown is not None and outcome.is_same_picture and not must_read
    differing = box_differing(found, _find_cells(shown, found, pair) if shown is not None and is_part else None)
    return Agreement(
        outcome=Outcome.SAME_LAYOUT if must_read else outcome,
        alignment=pair.alignment,
        numbers=numbers,
        agreeing=tuple(
            to_region(box, CELL_PIXELS, width, height)
            for box in drop_inner(found.agreeing)
            if outcome is not Outcome.NONE
        ),
        differing=tuple(to_region(box, CELL_PIXELS, width, height) for box in differing),
        shown=shown,
        outline=tuple((round(float(x), 5), round(float(y), 5)) for x, y in outline),
        same_photograph=found.same_photograph,
        text=TextState.NOT_COMPARED if must_read else TextState.NOT_NEEDED,
        as_shown=as_shown,
    )


def _find_cells(shown: Region, found: Findings, pair: Registered) -> Mask:
    """The cells of the known picture that the query shows: what lies around a crop is no difference of the two."""
    height, width = pair.known.shape
    cells = np.zeros_like(found.differs)
    across, down = width / CELL_PIXELS, height / CELL_PIXELS
    left, right = ceil(shown.left * across), floor((shown.left + shown.width) * across)
    top, bottom = ceil(shown.top * down), floor((shown.top + shown.height) * down)
    cells[top:bottom, left:right] = True
    return cells


def _bound(found: Findings) -> CellBox:
    """The box around the agreeing patches."""
    boxes = np.array(found.agreeing or [found.rectangle])
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom
