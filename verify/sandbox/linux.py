"""The few calls of Linux that Python has no function for. Each raises OSError where the system refuses it.

Source: the manual pages unshare(2), prctl(2), capset(2), landlock(7), seccomp(2); numbers from the kernel's headers.
"""

import ctypes
import os
import platform
import signal
import sys

IS_LINUX = sys.platform == "linux"

_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITY_VERSION_3 = 0x20080522
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1

# Every right that exists at a version of the interface, and from which version on the field is known.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_RIGHTS, _NET_SINCE = 0b11, 4  # bind and connect of TCP
_SCOPES, _SCOPES_SINCE = 0b11, 6  # abstract sockets and signals to the outside

_libc = ctypes.CDLL(None, use_errno=True) if IS_LINUX else None


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class FilterProgram(ctypes.Structure):
    """`struct sock_fprog`: number of instructions and where they lie."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def leave_network() -> None:
    """Move into a network of one's own in which nothing exists. Needs a process with one thread."""
    try:
        _call("unshare", _CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC)
    except OSError:
        _call("unshare", _CLONE_NEWNET | _CLONE_NEWIPC)  # root, where user namespaces are switched off


def die_with_parent() -> None:
    """Be killed when the thread that made this process ends."""
    _call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def renounce_privileges() -> None:
    """Never gain a privilege again, hold no capability, and let nobody look into this process."""
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", _PR_SET_DUMPABLE, 0, 0, 0, 0)
    number = _CAPSET.get(platform.machine())
    if number is not None:
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        _call("syscall", number, header, (ctypes.c_uint32 * 6)())


def close_file_system() -> None:
    """Landlock without a single exception: no file can be opened, made, moved or removed any more."""
    version = _call("syscall", _LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION)
    rules = _Ruleset(_FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= version)], 0, 0)
    size = 8
    if version >= _NET_SINCE:
        rules.net, size = _NET_RIGHTS, 16
    if version >= _SCOPES_SINCE:
        rules.scoped, size = _SCOPES, 24
    ruleset = _call("syscall", _LANDLOCK_CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        _call("syscall", _LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def install_filter(program: FilterProgram) -> None:
    """Let the kernel judge every later system call of this thread by *program*."""
    _call("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _call(function: str, *arguments: object) -> int:
    if _libc is None:
        raise OSError(38, "this is not Linux")
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    answer = int(getattr(_libc, function)(*wide))
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")
    return answer
