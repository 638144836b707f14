"""Untrusted files are opened in a process of their own, one for each file, with limits that the system keeps.

    caller ──task, file, two pipes──► fork server (warm, confined, never looks into a file)
       ▲                                  │ forks
       └──────── answer, outcome ──── child (confined further) decodes one file and ends

`Decoder` is what others use. What comes back is plain data, checked again here; a child that is killed becomes
a `MediaRefusedError`. The server is a new program and not a fork of the caller, so it may start from any thread.

May import: the standard library, pydantic, and what `verify` may.
"""

from verify.sandbox.decoder import Decoder, InProcessDecoder, MediaDecoder
from verify.sandbox.limits import SandboxLimits

__all__ = ["Decoder", "InProcessDecoder", "MediaDecoder", "SandboxLimits"]
