"""The tasks of a child whose reader of facts ends it."""

import ctypes
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from verify.sandbox import tasks
from verify.sandbox.opened import OpenedFile


def read(file: OpenedFile, options: Mapping[str, Any]) -> bytes:
    """Break off where facts are asked for."""
    if options["with_facts"]:
        ctypes.string_at(0)
    return tasks.read(file, options)


warm_up = tasks.warm_up
TASKS = MappingProxyType({**tasks.TASKS, "read": read})
