"""The filter itself, run by a small interpreter of the few instructions that it uses."""

import re
import struct
from pathlib import Path

import pytest

from verify.sandbox import seccomp
from verify.sandbox.seccomp import build_filter

ALLOW, KILL, EPERM, ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
PID = 4711


def judge(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    known = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    filled = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, known if architecture is None else architecture, 0, *filled)
    program = list(struct.iter_unpack("=HBBI", build_filter(machine, PID)))
    at, accumulator = 0, 0
    while True:
        code, skip_if, skip_else, value = program[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[code]
            at += skip_if if holds else skip_else


@pytest.mark.parametrize(("machine", "names"), [("x86_64", (0, 9, 231)), ("aarch64", (63, 222, 94))])
def test_reading_memory_and_ending_are_allowed(machine: str, names: tuple[int, ...]) -> None:
    assert {judge(machine, number) for number in names} == {ALLOW}


# open, openat, openat2, socket, connect, execve, fork, ptrace, kill, io_uring_setup, unshare, mount
@pytest.mark.parametrize("number", [2, 257, 437, 41, 42, 59, 57, 101, 62, 425, 272, 165])
def test_everything_else_is_refused(number: int) -> None:
    assert judge("x86_64", number) == EPERM


@pytest.mark.parametrize(("machine", "clone"), [("x86_64", 56), ("aarch64", 220)])
def test_threads_are_allowed_and_processes_are_not(machine: str, clone: int) -> None:
    assert judge(machine, clone, 0x3D0F00) == ALLOW
    assert judge(machine, clone, 17) == EPERM
    assert judge(machine, 435, 0x3D0F00) == ENOSYS


def test_a_process_may_signal_itself_only() -> None:
    assert judge("x86_64", 234, PID, PID, 6) == ALLOW
    assert judge("x86_64", 234, 1, 1, 6) == EPERM


@pytest.mark.parametrize("pointer", [1, 1 << 40])
def test_limits_are_read_and_not_set(pointer: int) -> None:
    assert judge("x86_64", 302, 0, 7, 0, 99) == ALLOW
    assert judge("x86_64", 302, 0, 7, pointer, 0) == EPERM


def test_another_architecture_and_its_other_numbers_are_no_way_round() -> None:
    assert judge("x86_64", 0, architecture=0x40000003) == KILL
    assert judge("x86_64", 0x40000000 | 0) == ENOSYS


def test_calls_that_are_newer_than_the_list_look_as_on_an_older_kernel() -> None:
    assert judge("x86_64", 900) == ENOSYS


def test_a_machine_without_a_list_has_no_filter() -> None:
    with pytest.raises(OSError, match="sparc"):
        build_filter("sparc", 1)


@pytest.mark.parametrize("machine", sorted(HEADERS))
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("no kernel headers here")
    text = HEADERS[machine].read_text("ascii")
    found = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    found |= {"newfstatat": found["fstatat"]} if "fstatat" in found else {}
    listed = {**seccomp._ALLOWED[machine], **seccomp._OTHER[machine]}

    assert {name: number for name, number in listed.items() if found.get(name) != number} == {}
