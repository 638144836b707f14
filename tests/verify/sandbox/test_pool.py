"""A child that breaks off, for whatever reason, is a recorded outcome; the next file is opened as if nothing had been."""

import os
import signal
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.verify.sandbox.pools import ask, open_pool
from verify.errors import MediaRefusedError, SandboxError
from verify.sandbox.limits import SandboxLimits
from verify.sandbox.pool import SandboxPool


def reason_of(pool: SandboxPool, task: str, **options: object) -> tuple[str, str]:
    with pytest.raises(MediaRefusedError) as caught:
        ask(pool, task, **options)
    return caught.value.reason, caught.value.message


def test_a_child_that_loops_is_refused_for_its_time(pool: SandboxPool) -> None:
    assert reason_of(pool, "loop") == (
        "too-expensive",
        "needs more than 1 s of processor time: give a smaller copy or a shorter cut",
    )


def test_a_child_that_ignores_the_signal_is_ended_all_the_same(pool: SandboxPool) -> None:
    assert reason_of(pool, "loop_against_the_signal")[0] == "too-expensive"


def test_a_child_that_waits_is_ended_too() -> None:
    with open_pool(SandboxLimits(wall_seconds=0.5)) as pool:
        assert reason_of(pool, "sleep")[0] == "too-expensive"


def test_a_child_that_wants_too_much_memory_is_refused(pool: SandboxPool) -> None:
    reason, message = reason_of(pool, "allocate", bytes=1 << 30)

    assert (reason, message.split(":")[0]) == ("needs-too-much-memory", "needs more than 256 MiB of memory")
    assert ask(pool, "allocate", bytes=100 << 20) == b""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_a_child_that_is_killed_is_a_crash_with_the_signals_name(pool: SandboxPool, name: str) -> None:
    reason, message = reason_of(pool, "die", signal=signal.Signals[name])

    assert reason == "crashed"
    assert name in message


def test_an_error_that_nobody_foresaw_is_a_crash_without_control_characters(pool: SandboxPool) -> None:
    reason, message = reason_of(pool, "fail")

    assert reason == "crashed"
    assert "(LookupError: no such [31m thing)" in message


def test_a_refusal_arrives_as_it_was_said(pool: SandboxPool) -> None:
    assert reason_of(pool, "refuse") == ("damaged", "the picture is damaged: fetch it again")


def test_an_answer_beyond_all_measure_is_cut_off() -> None:
    with open_pool(SandboxLimits(answer_bytes=1 << 20)) as pool:
        assert reason_of(pool, "answer_endlessly", bytes=4 << 20)[0] == "needs-too-much-memory"
        assert len(ask(pool, "answer_endlessly", bytes=1 << 19)) == 1 << 19


def test_many_threads_get_their_own_answers_beside_children_that_die() -> None:
    sizes = [*range(1, 60)]

    def work(size: int) -> int | str:
        try:
            if size % 4 == 0:
                ask(pool, "die", signal=signal.SIGSEGV)
            return len(ask(pool, "answer_endlessly", bytes=size))
        except MediaRefusedError as refusal:
            return refusal.reason

    with open_pool(workers=4) as pool, ThreadPoolExecutor(16) as threads:
        assert list(threads.map(work, sizes)) == ["crashed" if size % 4 == 0 else size for size in sizes]


def test_a_server_that_was_killed_is_started_again(pool: SandboxPool) -> None:
    first = pool.server_pid
    os.kill(first, signal.SIGKILL)

    assert len(ask(pool, "answer_endlessly", bytes=7)) == 7
    assert pool.server_pid != first


def test_a_fork_of_the_caller_starts_a_server_of_its_own(pool: SandboxPool) -> None:
    first = pool.server_pid
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # this process may have threads: that is the case in question
        pid = os.fork()
    if pid == 0:
        code = 1
        try:
            own = len(ask(pool, "answer_endlessly", bytes=7)) == 7 and pool.server_pid != first
            pool.close()
            code = 0 if own else 1
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert len(ask(pool, "answer_endlessly", bytes=7)) == 7
    assert pool.server_pid == first


def test_a_closed_pool_says_so_and_closing_twice_is_harmless() -> None:
    with open_pool() as pool:
        pool.close()
        with pytest.raises(SandboxError, match="closed"):
            ask(pool, "probe")


def test_a_server_that_does_not_start_says_why() -> None:
    pool = SandboxPool(SandboxLimits(), tasks="tests.verify.sandbox.no_such_module")

    with pytest.raises(SandboxError, match="no_such_module"):
        ask(pool, "probe")
