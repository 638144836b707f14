import os
import threading
from collections.abc import Iterator
from itertools import count, islice

import pytest

from sankofa.workflows import abreast
from sankofa.workflows.abreast import iter_abreast

WORKERS = 3
PATIENCE_SECONDS = 30


@pytest.fixture(autouse=True)
def processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: WORKERS)


def wait(event: threading.Event) -> None:
    assert event.wait(PATIENCE_SECONDS)


def test_answers_come_in_the_order_of_the_items_whatever_is_done_first() -> None:
    last_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            wait(last_done)
        if number == 9:
            last_done.set()
        return number * number

    done = [(item, answer.result()) for item, answer in iter_abreast(work, range(10))]

    assert done == [(number, number * number) for number in range(10)]


def test_an_error_comes_back_with_its_item_and_the_others_go_on() -> None:
    answers = dict(iter_abreast(lambda number: 6 // number, [1, 0, 3]))

    assert [answers[1].result(), answers[3].result()] == [6, 2]
    with pytest.raises(ZeroDivisionError):
        answers[0].result()


def test_as_many_are_worked_on_as_there_are_processors() -> None:
    together = threading.Barrier(WORKERS, timeout=PATIENCE_SECONDS)

    names = {
        answer.result() for _, answer in iter_abreast(lambda _: (together.wait(), threading.get_ident())[1], range(9))
    }

    assert len(names) == WORKERS
    assert threading.get_ident() not in names


def test_items_are_asked_for_not_far_ahead_of_the_answers() -> None:
    most = abreast._AHEAD * WORKERS
    first_may_end, asked = threading.Event(), 0

    def iter_items() -> Iterator[int]:
        nonlocal asked
        for asked in count():
            if asked == most:
                first_may_end.set()
            yield asked

    def work(number: int) -> None:
        if number == 0:
            wait(first_may_end)

    answers = iter_abreast(work, iter_items())
    next(answers)

    assert asked <= most + 1
    answers.close()  # type: ignore[attr-defined]  # it is a generator


def test_items_of_one_turn_follow_each_other_in_their_order() -> None:
    at_work: dict[str, int] = {}
    order: list[tuple[str, int]] = []

    def work(item: tuple[str, int]) -> None:
        key, _ = item
        at_work[key] = at_work.get(key, 0) + 1
        assert at_work[key] == 1
        order.append(item)
        at_work[key] -= 1

    items = [(key, number) for number in range(200) for key in "ab"]
    for _, answer in iter_abreast(work, items, turn=lambda item: item[0]):
        answer.result()

    assert [item for item in order if item[0] == "a"] == items[::2]
    assert [item for item in order if item[0] == "b"] == items[1::2]


def test_the_next_of_a_turn_is_begun_when_the_one_before_failed() -> None:
    answers = list(iter_abreast(lambda number: 1 // number, [0, 1], turn=lambda _: "same"))

    assert [answer.exception() is None for _, answer in answers] == [False, True]


def test_what_is_left_early_begins_nothing_more() -> None:
    begun: list[int] = []
    may_end = threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        if number:
            wait(may_end)

    answers = iter_abreast(work, range(100))
    list(islice(answers, 1))
    answers.close()  # type: ignore[attr-defined]  # it is a generator
    may_end.set()

    for thread in threading.enumerate():
        if thread.name.startswith("abreast"):
            thread.join(PATIENCE_SECONDS)
    assert len(begun) <= 1 + WORKERS
