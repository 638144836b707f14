import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.errors import LeaseTakenError, RevisionConflictError, StoreUnavailableError
from index.leases import HeldLease, acquire, describe_holder, hold, name_holder
from index.model import Lease
from index.store import Store

WORK = "collect something"
ELSEWHERE = "other-machine 5f/pid:[1] 77 ab12cd34"


class Watch:
    """A clock that only goes on while somebody sleeps; *meanwhile* is done at each sleep."""

    def __init__(self, *meanwhile: object) -> None:
        self.now = 0.0
        self._meanwhile = list(meanwhile)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self._meanwhile:
            self._meanwhile.pop(0)()  # type: ignore[operator]  # what a test gave

    def acquire(self, store: Store, seconds: float = 30.0) -> Lease:
        return acquire(store, WORK, seconds=seconds, clock=lambda: self.now, sleep=self.sleep)


@pytest.fixture(params=["memory", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = MemoryStore() if request.param == "memory" else open_embedded(tmp_path / "a.db")
    yield opened
    opened.close()


def put(store: Store, holder: str, revision: int, seconds: float = 30.0) -> Lease:
    return store.revise(Lease(id=WORK, holder=holder, seconds=seconds), expected_revision=revision)


def test_what_nobody_does_is_taken_at_once_and_given_back(store: Store) -> None:
    with hold(store, WORK) as lease:
        lease.require()
        assert describe_holder(store.get(Lease, WORK).holder).startswith(f"process {os.getpid()} on ")

    assert store.get(Lease, WORK).holder == ""
    watch = Watch()
    assert watch.acquire(store).revision == 3
    assert watch.now == 0


def test_whoever_works_is_left_alone(store: Store) -> None:
    put(store, ELSEWHERE, 0)
    watch = Watch(lambda: None, lambda: put(store, ELSEWHERE, 1))

    with pytest.raises(LeaseTakenError, match="process 77 on other-machine"):
        watch.acquire(store)
    assert watch.now == 6
    assert store.get(Lease, WORK).holder == ELSEWHERE


def test_whoever_ended_elsewhere_is_waited_for_as_long_as_the_lease_says(store: Store) -> None:
    put(store, ELSEWHERE, 0, seconds=50)
    watch = Watch()

    assert watch.acquire(store).revision == 2
    assert watch.now == 50


def test_whoever_ended_on_this_machine_is_not_waited_for(store: Store) -> None:
    host, run, _, part = name_holder().split(" ")
    put(store, f"{host} {run} {2**22 + 1} {part}", 0)
    watch = Watch()

    assert watch.acquire(store).revision == 2
    assert watch.now == 0


def test_what_is_given_back_while_somebody_waits_is_theirs(store: Store) -> None:
    put(store, ELSEWHERE, 0)
    watch = Watch(lambda: put(store, "", 1))

    assert watch.acquire(store).revision == 3


def test_of_two_that_take_it_over_one_gets_it(store: Store) -> None:
    put(store, ELSEWHERE, 0)
    last_moment = [lambda: None] * 9 + [lambda: put(store, "third d/e 5 f", 1)]

    with pytest.raises(LeaseTakenError):
        Watch(*last_moment).acquire(store)


def test_two_threads_never_hold_it_together(store: Store) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        while len(most) < 20:
            try:
                with hold(store, WORK, seconds=0.2):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()
            except LeaseTakenError:
                continue

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_a_holder_renews_and_one_that_was_taken_over_finds_out(store: Store) -> None:
    lease = HeldLease(store, acquire(store, WORK, seconds=0.3))
    try:
        while (found := store.get(Lease, WORK)).revision < 4:
            threading.Event().wait(0.02)
        lease.require()
        while True:
            try:
                store.revise(Lease(id=WORK, holder=ELSEWHERE, seconds=30), expected_revision=found.revision)
                break
            except RevisionConflictError:  # it renewed in between
                found = store.get(Lease, WORK)
        lease._thread.join(5)
        with pytest.raises(LeaseTakenError):
            lease.require()
    finally:
        lease.give_back()
    assert store.get(Lease, WORK).holder == ELSEWHERE


def test_a_holder_that_could_not_renew_in_time_makes_sure_before_it_goes_on() -> None:
    class Silent(MemoryStore):
        answers = True

        def revise(self, record, *, expected_revision, entry=b""):  # type: ignore[no-untyped-def]
            if not self.answers:
                raise StoreUnavailableError("nobody answers")
            return super().revise(record, expected_revision=expected_revision, entry=entry)

    now = [0.0]
    store = Silent()
    lease = HeldLease(store, acquire(store, WORK, seconds=30), clock=lambda: now[0])
    try:
        now[0] = 30.0
        store.answers = False
        with pytest.raises(StoreUnavailableError):
            lease.require()
        store.answers = True
        lease.require()
        assert store.get(Lease, WORK).revision == 2
        put(store, ELSEWHERE, 2)
        now[0] = 60.0
        with pytest.raises(LeaseTakenError, match="in time"):
            lease.require()
    finally:
        lease.give_back()


@pytest.mark.parametrize("ahead", [-86_400.0, 0.0, 86_400.0])
def test_a_clock_that_is_wrong_neither_takes_work_away_nor_keeps_it(store: Store, ahead: float) -> None:
    now = [ahead]
    lease = HeldLease(store, acquire(store, WORK, clock=lambda: now[0]), clock=lambda: now[0])
    try:
        with pytest.raises(LeaseTakenError):
            Watch(lambda: None, lease._renew).acquire(store)
        lease.require()

        watch = Watch()
        assert watch.acquire(store).revision == 3
        assert watch.now == 30
        now[0] += 30.0
        with pytest.raises(LeaseTakenError, match="did not renew it in time"):
            lease.require()
    finally:
        lease.give_back()


def test_whoever_is_overtaken_by_a_clock_that_runs_fast_finds_out_and_cannot_renew(store: Store) -> None:
    lease = HeldLease(store, acquire(store, WORK))
    try:
        taken = acquire(store, WORK, clock=iter(range(0, 10_000, 100)).__next__, sleep=lambda seconds: None)
        lease._renew()
        with pytest.raises(LeaseTakenError):
            lease.require()
    finally:
        lease.give_back()
    assert store.get(Lease, WORK) == taken
