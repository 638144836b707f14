import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from verify.errors import HashFormatError
from verify.hashing import HASHERS
from verify.hashing.base import Fingerprint, Region, distance_bits, pack_codes, place, unpack_code

codes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(codes)
def test_a_code_has_no_distance_to_itself(code: str) -> None:
    assert distance_bits(code, code) == 0
    assert distance_bits(Fingerprint("pdq", code), code) == 0


@given(codes, codes)
def test_distance_is_symmetric_and_counts_the_bits_that_differ(a: str, b: str) -> None:
    left = np.unpackbits(np.frombuffer(bytes.fromhex(a), dtype=np.uint8))
    right = np.unpackbits(np.frombuffer(bytes.fromhex(b), dtype=np.uint8))
    assert distance_bits(a, b) == distance_bits(b, a) == int((left != right).sum())


@given(st.lists(codes, max_size=5))
def test_codes_survive_the_way_through_an_array(several: list[str]) -> None:
    packed = pack_codes(several)
    assert packed.dtype == np.uint8
    assert [unpack_code(row) for row in packed] == several


def test_leading_zero_bits_survive_the_round_trip() -> None:
    code = "00" * 31 + "01"
    assert unpack_code(pack_codes([code])[0]) == code
    assert TypeAdapter(Fingerprint).validate_json(
        TypeAdapter(Fingerprint).dump_json(Fingerprint("pdq", code))
    ) == Fingerprint("pdq", code)


def test_every_field_survives_the_way_through_json() -> None:
    full = Fingerprint("pdq", "0f" * 32, 99, "rotate-90", Region(0.1, 0.2, 0.5, 0.25), 3, 12.5, 0.25)
    assert all(value is not None for value in dataclasses.astuple(full))
    adapter = TypeAdapter(Fingerprint)
    assert adapter.validate_json(adapter.dump_json(full)) == full


@pytest.mark.parametrize("code", ["", "0", "xyz0", "0F", " 0f", "0x0f", "0f\n"])
def test_a_code_that_is_not_whole_lowercase_bytes_is_refused(code: str) -> None:
    with pytest.raises(HashFormatError):
        Fingerprint("pdq", code)


def test_hashes_of_different_kinds_are_not_compared() -> None:
    with pytest.raises(HashFormatError, match="dhash"):
        distance_bits(Fingerprint("phash", "00" * 8), Fingerprint("dhash", "00" * 8))


@pytest.mark.parametrize("other", ["00" * 8, "0" * 63, "zz" * 32, ""])
def test_codes_of_different_width_or_no_hexadecimal_are_not_compared(other: str) -> None:
    with pytest.raises(HashFormatError):
        distance_bits("00" * 32, other)


def test_upper_case_of_another_tool_is_read() -> None:
    assert distance_bits("AF" * 8, "af" * 8) == 0


def test_codes_of_different_widths_do_not_share_an_array() -> None:
    with pytest.raises(HashFormatError):
        pack_codes(["00", "0000"])


def test_placing_a_hash_changes_only_where_it_is() -> None:
    hashed = Fingerprint("pdq", "00" * 32, 80, "mirror")
    region = Region(0, 0, 1, 0.5)
    assert place(hashed, region, 2, 4.0) == Fingerprint("pdq", "00" * 32, 80, "mirror", region, 2, 4.0)


def test_every_hasher_states_its_name_width_and_threshold() -> None:
    assert list(HASHERS) == ["pdq", "phash", "dhash", "whash"]
    assert {name: (h.name, h.bits) for name, h in HASHERS.items()} == {
        "pdq": ("pdq", 256),
        "phash": ("phash", 64),
        "dhash": ("dhash", 64),
        "whash": ("whash", 64),
    }
    assert {h.name: h.threshold_bits for h in HASHERS.values()} == {"pdq": 31, "phash": 9, "dhash": 4, "whash": 0}
