"""One at a time: whoever does a piece of work holds its lease, so that several machines on one store never do it twice.

No clock is compared with another one. A lease is alive while its revisions go on; whoever wants it watches it for as long as it
says, on their own clock, and takes it over by a revision that only one can make. The revision is the fencing token: a
holder that slept through that finds out when it renews, and what it writes with an expected revision afterwards is refused.

Source of the pattern: M. Kleppmann, "How to do distributed locking", 2016.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from index.errors import LeaseTakenError, RecordNotFoundError, RevisionConflictError, StoreUnavailableError
from index.model import Lease


class LeaseStore(Protocol):
    """What of a store leases need."""

    def get(self, kind: type[Lease], record_id: str) -> Lease:
        """As :meth:`index.store.Store.get`."""

    def revise(self, record: Lease, *, expected_revision: int) -> Lease:
        """As :meth:`index.store.Store.revise`."""


LEASE_SECONDS = 30.0
_RENEWALS = 3
"""How often a lease is renewed within the time after which it would be free."""

_LOOKS = 10
"""How often a lease that somebody holds is looked at within that time."""

_MACHINE_SIGNS = (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid"))


class HeldLease:
    """A lease that this process holds; a thread renews it until it is given back."""

    def __init__(self, store: LeaseStore, lease: Lease, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._lease, self._clock = store, lease, clock
        self._renewed_at = clock()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._keep, name=f"lease {lease.id}", daemon=True)
        self._thread.start()

    @property
    def work(self) -> str:
        """What is done under it."""
        return self._lease.id

    def require(self) -> None:
        """Go on only while it is ours.

        Raises:
            LeaseTakenError: It was taken over.
            StoreUnavailableError: It was not renewed in time, so that it may have been, and the store does not say.
        """
        if not self._lost and self._clock() - self._renewed_at >= self._lease.seconds:
            self._renew()
        if self._lost:
            raise LeaseTakenError(self._lease.id, "another process, because this one did not renew it in time")

    def give_back(self) -> None:
        """Let others have it at once."""
        self._ended.set()
        self._thread.join()
        if not self._lost:
            try:
                self._revise("")
            except (RevisionConflictError, StoreUnavailableError):
                pass  # it is free after its time anyway

    def _keep(self) -> None:
        while not self._ended.wait(self._lease.seconds / _RENEWALS):
            try:
                self._renew()
            except StoreUnavailableError:
                continue  # perhaps it answers the next time; `require` knows how long ago the last renewal was
            if self._lost:
                return

    def _renew(self) -> None:
        """Make its next revision, which proves that nobody has taken it over."""
        with self._lock:
            begun = self._clock()
            try:
                self._lease = self._revise(self._lease.holder)
                self._renewed_at = begun
            except RevisionConflictError:
                self._lost = True

    def _revise(self, holder: str) -> Lease:
        wanted = Lease(id=self._lease.id, holder=holder, seconds=self._lease.seconds)
        return self._store.revise(wanted, expected_revision=self._lease.revision)


@contextmanager
def hold(store: LeaseStore, work: str, *, seconds: float = LEASE_SECONDS) -> Iterator[HeldLease]:
    """Hold the lease of a piece of work; one whose holder is gone is waited for, one whose holder works is not.

    Raises:
        LeaseTakenError: Somebody else does this work now.
    """
    held = HeldLease(store, acquire(store, work, seconds=seconds))
    try:
        yield held
    finally:
        held.give_back()


def acquire(
    store: LeaseStore,
    work: str,
    *,
    seconds: float = LEASE_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Lease:
    """Take the lease of a piece of work. Raises LeaseTakenError as soon as its holder is seen at work."""
    wanted = Lease(id=work, holder=name_holder(), seconds=seconds)
    found = _find(store, work)
    seen_at = clock()
    while found is not None and found.holder and not _is_gone(found.holder):
        if clock() - seen_at >= found.seconds:
            break
        sleep(found.seconds / _LOOKS)
        newest = _find(store, work)
        if newest is not None and newest.revision != found.revision and newest.holder:
            raise LeaseTakenError(work, describe_holder(newest.holder))
        found = newest
    try:
        return store.revise(wanted, expected_revision=found.revision if found else 0)
    except RevisionConflictError as conflict:
        newest = _find(store, work)
        raise LeaseTakenError(work, describe_holder(newest.holder if newest else "")) from conflict


def name_holder() -> str:
    """Name this process: machine, its present run, process, and a part that nobody else has."""
    return f"{socket.gethostname()} {_name_run()} {os.getpid()} {secrets.token_hex(4)}"


def describe_holder(holder: str) -> str:
    """Say in words who a holder is."""
    parts = holder.split(" ")
    return f"process {parts[2]} on {parts[0]}" if len(parts) == 4 else "another process"


def _find(store: LeaseStore, work: str) -> Lease | None:
    try:
        return store.get(Lease, work)
    except RecordNotFoundError:
        return None


def _name_run() -> str:
    """What processes share that can see each other; empty where the system does not say."""
    try:
        return f"{_MACHINE_SIGNS[0].read_text('ascii').strip()}/{_MACHINE_SIGNS[1].readlink()}"
    except OSError:
        return ""


def _is_gone(holder: str) -> bool:
    """Whether the holder ran here and has surely ended. One that is wrongly taken for gone loses its lease and finds out."""
    host, run, process, _ = holder.split(" ") if holder.count(" ") == 3 else ("", "", "", "")
    if not run or (host, run) != (socket.gethostname(), _name_run()):
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        return False
    return False
