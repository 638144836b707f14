from hypothesis import given
from hypothesis import strategies as st

from verify.metadata.iptc import iter_iptc


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    return bytes([0x1C, record, number]) + len(value).to_bytes(2, "big") + value


def test_datasets_are_told_by_their_names_in_order() -> None:
    block = (
        dataset(80, "Awa Traoré".encode()) + dataset(25, b"Kidal") + dataset(25, b"Mali") + dataset(120, b"A caption")
    )
    assert list(iter_iptc(block)) == [
        ("By-line", "Awa Traoré"),
        ("Keywords", "Kidal"),
        ("Keywords", "Mali"),
        ("Caption", "A caption"),
    ]


def test_other_records_are_passed_over_and_unknown_datasets_numbered() -> None:
    block = dataset(90, b"\x1b%G", record=1) + dataset(0, b"\x00\x02") + dataset(231, b"odd")
    assert list(iter_iptc(block)) == [("2:231", "odd")]


def test_a_long_dataset_tells_its_length_in_further_bytes() -> None:
    block = bytes([0x1C, 2, 120, 0x80, 4]) + (40_000).to_bytes(4, "big") + b"x" * 40_000 + dataset(5, b"next")
    assert [(name, len(value)) for name, value in iter_iptc(block)] == [("Caption", 40_000), ("ObjectName", 4)]


def test_a_length_that_lies_ends_the_reading() -> None:
    block = dataset(5, b"good") + bytes([0x1C, 2, 120]) + (60_000 // 2).to_bytes(2, "big") + b"short"
    assert list(iter_iptc(block)) == [("ObjectName", "good")]
    assert list(iter_iptc(bytes([0x1C, 2, 120, 0xFF, 0xFF]) + bytes(100))) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_read_to_an_end(block: bytes) -> None:
    for data in (block, b"\x1c\x02" + block):
        assert all(isinstance(value, str) for _, value in iter_iptc(data))
