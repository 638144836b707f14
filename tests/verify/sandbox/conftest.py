"""What the tests of the sandbox share."""

from collections.abc import Iterator

import pytest

from tests.verify.sandbox.pools import open_pool
from verify.sandbox.pool import SandboxPool


@pytest.fixture(scope="module")
def pool() -> Iterator[SandboxPool]:
    """Give one pool with small limits to all tests of a module."""
    with open_pool() as opened:
        yield opened
