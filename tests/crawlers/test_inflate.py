"""Unpacking piece by piece."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.inflate import PIECE_BYTES, iter_gunzipped
from tests.crawlers.servers import build_bomb


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 64))
def test_packed_members_come_back_however_they_are_cut(members: list[bytes], step: int) -> None:
    packed = b"".join(gzip.compress(member, mtime=0) for member in members)
    chunks = [packed[start : start + step] for start in range(0, len(packed), step)]
    assert b"".join(iter_gunzipped(chunks)) == b"".join(members)


def test_padding_behind_the_last_member_is_let_pass() -> None:
    assert b"".join(iter_gunzipped([gzip.compress(b"a") + bytes(20), bytes(3)])) == b"a"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"abc" * 50)[:-3], b"no gzip", gzip.compress(b"a") + b"more", gzip.compress(b"a")[:-8] + bytes(8)],
    ids=["cut", "no-gzip", "more-behind", "wrong-sum"],
)
def test_damaged_or_cut_content_is_an_error(packed: bytes) -> None:
    with pytest.raises(ValueError, match="packed content"):
        list(iter_gunzipped([packed]))


def test_a_bomb_is_unpacked_only_as_far_as_it_is_read() -> None:
    bomb = build_bomb(64 * 1024 * 1024)
    tracemalloc.start()
    pieces = iter_gunzipped([bomb])
    sizes = [len(next(pieces)) for _ in range(3)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(sizes) <= PIECE_BYTES
    assert peak < 4 * 1024 * 1024
