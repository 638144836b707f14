"""Ctrl-C, pressed once, where Python alone would not hear it. Each in a process of its own, which is killed if it hangs."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="threads get no signals there")

_BEGIN = """
import ctypes, functools, operator, os, signal, sys
from sankofa.cli.interrupts import hear_interrupts
signal.signal(signal.SIGINT, signal.default_int_handler)
press = functools.partial(ctypes.CDLL(None)["raise"], int(signal.SIGINT))
reader, writer = os.pipe()
wait_for_nothing = functools.partial(os.read, reader, 1)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", _BEGIN + code], capture_output=True, text=True, timeout=30, check=True)


def test_a_signal_just_before_a_blocking_call_of_c_is_raised() -> None:
    done = run("""
try:
    with hear_interrupts():
        list(map(operator.call, [press, wait_for_nothing]))  # no instruction of Python in between
except KeyboardInterrupt:
    print("heard")
""")

    assert done.stdout == "heard\n"


def test_a_signal_that_falls_into_a_finaliser_is_raised_after_it() -> None:
    done = run("""
class Held:
    def __del__(self):
        raise KeyboardInterrupt
try:
    with hear_interrupts():
        Held()
        wait_for_nothing()
except KeyboardInterrupt:
    print("heard")
""")

    assert (done.stdout, done.stderr) == ("heard\n", "")


def test_one_press_is_raised_once() -> None:
    done = run("""
import time
with hear_interrupts():
    try:
        press()
        wait_for_nothing()
    except KeyboardInterrupt:
        time.sleep(0.7)
        print("put away")
""")

    assert done.stdout == "put away\n"


def test_other_dropped_exceptions_are_reported_as_ever() -> None:
    done = run("""
class Held:
    def __del__(self):
        raise ValueError("of its own")
with hear_interrupts():
    Held()
""")

    assert "of its own" in done.stderr


def test_what_listens_already_is_left_alone() -> None:
    done = run("""
signal.signal(signal.SIGINT, signal.SIG_IGN)
with hear_interrupts():
    press()
    print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
""")

    assert done.stdout == "True\n"


def test_a_press_is_heard_while_threads_are_waited_for() -> None:
    done = run("""
import threading
from sankofa.workflows.abreast import iter_abreast
heard = threading.Event()
def work(number):
    os.kill(os.getpid(), signal.SIGINT)
    heard.wait()
try:
    with hear_interrupts():
        list(iter_abreast(work, [1]))
except KeyboardInterrupt:
    print("heard")
    heard.set()
""")

    assert done.stdout == "heard\n"
