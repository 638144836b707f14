import io

import pytest

from index.errors import RecordFormatError
from index.exchange.text_files import find_encoding, open_text


def test_plain_ascii_is_utf8() -> None:
    assert find_encoding(io.BytesIO(b"text\nun\n")) == "utf-8"
    assert find_encoding(io.BytesIO(b"")) == "utf-8"


def test_a_late_accent_decides() -> None:
    start = b"x\n" * 100_000
    assert find_encoding(io.BytesIO(start + "armée\n".encode())) == "utf-8"
    assert find_encoding(io.BytesIO(start + "armée\n".encode("cp1252"))) == "cp1252"


def test_the_first_line_that_cannot_be_read_is_named() -> None:
    with pytest.raises(RecordFormatError, match="line 3 "):
        find_encoding(io.BytesIO("text\nun\nأنفاق\n".encode("cp1256")))


def test_lines_that_were_given_back_come_again_in_order(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_bytes(b"1\n2\r\n3\r4")
    with open_text(path) as lines:
        first, second, third = next(lines), next(lines), next(lines)
        lines.push_back([second, third])
        rest = list(lines)
    assert [line.text for line in (first, *rest)] == ["1\n", "2\r\n", "3\r", "4"]
    assert [line.number for line in (first, *rest)] == [1, 2, 3, 4]
