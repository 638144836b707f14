"""Which system calls a decoding child may make: those of computing and of reading what is open; no others.

What is not named fails with EPERM and kills nobody: a decoder that asks for more than it gets goes on without or
gives up by itself. Calls newer than this list fail with ENOSYS, as on a kernel that lacks them.

Source: numbers from the kernel's headers asm/unistd_64.h and asm-generic/unistd.h, actions from seccomp(2).
"""

import ctypes
import os
import platform
import struct
from collections.abc import Mapping
from types import MappingProxyType

from verify.sandbox.linux import FilterProgram, install_filter

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_ALLOWED: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "x86_64": {
            "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
            "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "ioctl": 16, "pread64": 17,
            "readv": 19, "writev": 20, "sched_yield": 24, "mremap": 25, "madvise": 28, "dup": 32, "nanosleep": 35,
            "getpid": 39, "exit": 60, "uname": 63, "fcntl": 72, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98,
            "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110,
            "sigaltstack": 131, "arch_prctl": 158, "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204,
            "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
            "clock_nanosleep": 230, "exit_group": 231, "newfstatat": 262, "ppoll": 271, "set_robust_list": 273,
            "preadv": 295, "getcpu": 309, "getrandom": 318, "membarrier": 324, "rseq": 334,
        },
        "aarch64": {
            "dup": 23, "fcntl": 25, "ioctl": 29, "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65,
            "writev": 66, "pread64": 67, "preadv": 69, "ppoll": 73, "newfstatat": 79, "fstat": 80, "exit": 93,
            "exit_group": 94, "set_tid_address": 96, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
            "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_getaffinity": 123,
            "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134, "rt_sigprocmask": 135,
            "rt_sigreturn": 139, "times": 153, "uname": 160, "getrlimit": 163, "getrusage": 165, "getcpu": 168,
            "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176,
            "getegid": 177, "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222,
            "mprotect": 226, "madvise": 233, "getrandom": 278, "membarrier": 283, "rseq": 293,
        },
    }
)  # fmt: skip

_CLONE3, _NEWEST_KNOWN = 435, 463
_OTHER = {
    "x86_64": {"clone": 56, "prctl": 157, "tgkill": 234, "prlimit64": 302},
    "aarch64": {"clone": 220, "prctl": 167, "tgkill": 131, "prlimit64": 261},
}
_CLONE_THREAD, _PR_SET_NAME = 0x00010000, 15

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16


def forbid_system_calls() -> None:
    """Install the filter in this thread and all that it starts. Raises OSError where the system has none."""
    program = build_filter(platform.machine(), os.getpid())
    content = ctypes.create_string_buffer(program, len(program))
    install_filter(FilterProgram(len(program) // 8, ctypes.addressof(content)))


def build_filter(machine: str, pid: int) -> bytes:
    """The filter as instructions of eight bytes. Raises OSError for a machine without a list."""
    if machine not in _ARCHITECTURES:
        raise OSError(38, f"no list of system calls for {machine}")
    other = _OTHER[machine]
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_EQUAL, _ARCHITECTURES[machine], skip_if=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
    ]
    for number in sorted(_ALLOWED[machine].values()):
        steps += [_step(_EQUAL, number, skip_else=1), _step(_RETURN, _ALLOW)]
    steps += _allow_if(other["clone"], 0, _ANY_BIT, _CLONE_THREAD)
    steps += _allow_if(other["prctl"], 0, _EQUAL, _PR_SET_NAME)
    steps += _allow_if(other["tgkill"], 0, _EQUAL, pid)  # abort() signals its own thread
    steps += _allow_reading_limits(other["prlimit64"])
    steps += [
        _step(_EQUAL, _CLONE3, skip_else=1),
        _step(_RETURN, _ENOSYS),  # the C library then uses clone, whose flags can be judged
        _step(_AT_LEAST, _NEWEST_KNOWN, skip_else=1),
        _step(_RETURN, _ENOSYS),
        _step(_RETURN, _EPERM),
    ]
    return b"".join(steps)


def _allow_if(number: int, argument: int, test: int, value: int) -> list[bytes]:
    return [
        _step(_EQUAL, number, skip_else=4),
        _step(_LOAD, _ARGUMENTS_AT + 8 * argument),
        _step(test, value, skip_else=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _EPERM),
    ]


def _allow_reading_limits(number: int) -> list[bytes]:
    """prlimit64 with no new limits: its third argument, a pointer in two halves, is nothing."""
    third = _ARGUMENTS_AT + 8 * 2
    return [
        _step(_EQUAL, number, skip_else=6),
        _step(_LOAD, third),
        _step(_EQUAL, 0, skip_else=3),
        _step(_LOAD, third + 4),
        _step(_EQUAL, 0, skip_else=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _EPERM),
    ]


def _step(code: int, value: int, *, skip_if: int = 0, skip_else: int = 0) -> bytes:
    """`struct sock_filter`: operation, how many to skip when it holds and when not, operand."""
    return struct.pack("=HBBI", code, skip_if, skip_else, value)
