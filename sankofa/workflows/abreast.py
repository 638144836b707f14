"""Several at a time, answered in the order in which they were given."""

import os
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakValueDictionary

_AHEAD = 64
"""How many answers of each thread may wait for an earlier one. Source: own choice; the longest video takes a minute and a picture
about a second, so that the other threads go on meanwhile."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def _have_no_turn(item: object) -> None:
    """Let everything go at once."""


def iter_abreast(
    work: Callable[[Item], Answer],
    items: Iterable[Item],
    *,
    turn: Callable[[Item], Hashable] = _have_no_turn,
) -> Iterator[tuple[Item, Future[Answer]]]:
    """Run *work* on the items, as many at a time as there are processors; yields each with its answer, which is there by then.

    ``result()`` of the answer raises what the work raised. Items of the same *turn*, unless it is ``None``, are worked on one
    after the other in their order. *items* and *turn* are asked by the thread that iterates, not far ahead of the answers. When
    the iteration is left early nothing more is begun, and what runs is not waited for.
    """
    workers = os.cpu_count() or 1
    pool = ThreadPoolExecutor(workers, thread_name_prefix="abreast")
    latest: WeakValueDictionary[Hashable, Future[Answer]] = WeakValueDictionary()
    ahead: deque[tuple[Item, Future[Answer]]] = deque()

    def begin(item: Item) -> Future[Answer]:
        key = turn(item)
        if key is None:
            return pool.submit(work, item)
        latest[key] = begun = pool.submit(_follow, latest.get(key), work, item)
        return begun

    try:
        for item in items:
            ahead.append((item, begin(item)))
            while ahead and (ahead[0][1].done() or len(ahead) > _AHEAD * workers):
                yield _await(ahead.popleft())
        while ahead:
            yield _await(ahead.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _await(begun: tuple[Item, Future[Answer]]) -> tuple[Item, Future[Answer]]:
    begun[1].exception()
    return begun


def _follow(earlier: Future[Answer] | None, work: Callable[[Item], Answer], item: Item) -> Answer:
    """Work when the earlier one is done. It was begun before this one, so it never waits for a thread."""
    if earlier is not None:
        earlier.exception()
    return work(item)
