"""Run as a program: give up every privilege, then open a picture in the sandbox and say what held.

With "no namespaces" in a system that grants none any more.
"""

import ctypes
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

from tests.verify.sandbox.pools import attempt
from verify.sandbox.decoder import Decoder
from verify.sandbox.limits import SandboxLimits
from verify.sandbox.linux import renounce_privileges
from verify.sandbox.pool import SandboxPool

_PR_CAPBSET_DROP, _CLONE_NEWUSER = 24, 0x10000000
_LIBC = ctypes.CDLL(None, use_errno=True)


def forbid_namespaces() -> None:
    """Move into a user namespace whose limit of further ones is nought."""
    user = os.getuid()
    if _LIBC.unshare(_CLONE_NEWUSER) == 0:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", "ascii")
        Path("/proc/sys/user/max_user_namespaces").write_text("0", "ascii")


def main() -> None:
    """Print what held as JSON."""
    if sys.argv[1] == "no namespaces":
        forbid_namespaces()
    for capability in range(64):
        _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    with suppress(OSError):
        renounce_privileges()
    pool = SandboxPool(SandboxLimits())
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text("ascii").splitlines() if ":\t" in line
    )
    with Decoder() as decoder:
        kind = decoder.read(Path(sys.argv[2])).description.kind
    held = attempt(pool, "probe", memory_bytes=pool.limits.memory_bytes, program=sys.executable)
    said = {"kind": kind, "granted": pool.granted, "held": held, "capabilities": int(status["CapEff"], 16)}
    pool.close()
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
