import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verify.drawing import draw_scene
from verify.errors import HashFormatError
from verify.hashing.base import Fingerprint
from verify.hashing.crop_resistant import compute_segments
from verify.hashing.exchange import (
    WIDTHS,
    parse_code,
    parse_list,
    parse_segments,
    render_list,
    render_segments,
)

CODE = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"


@given(st.sampled_from(sorted(WIDTHS)), st.integers(0, 2**64 - 1))
def test_dropped_leading_zeros_come_back(algorithm: str, value: int) -> None:
    code = parse_code(format(value, "x"), algorithm)
    assert len(code) == WIDTHS[algorithm] // 4
    assert int(code, 16) == value


@pytest.mark.parametrize("text", [CODE.upper(), f"0x{CODE}", f"  {CODE}\n"])
def test_other_spellings_of_a_code_are_read(text: str) -> None:
    assert parse_code(text, "pdq") == CODE


@pytest.mark.parametrize("text", ["", "xyz", CODE + "0", "0b1101 ", "-1", "0x", "１２"])
def test_what_is_no_code_is_refused(text: str) -> None:
    if text == "0b1101 ":  # all digits are hexadecimal, so it is one
        assert parse_code(text, "pdq").endswith("0b1101")
        return
    with pytest.raises(HashFormatError):
        parse_code(text, "pdq")


def test_a_code_of_a_wider_hash_is_refused() -> None:
    with pytest.raises(HashFormatError, match="16 digits, this has 64"):
        parse_code(CODE, "phash")
    with pytest.raises(HashFormatError, match="no hash type"):
        parse_code("00", "md5")


def test_the_list_of_threatexchange_is_read() -> None:
    lines = [
        "collab,signal_type,signal_str,category,tags",
        f"Sahel,pdq,{CODE},POSITIVE_CLASS,old photo",
        f"Sahel,HASH_PDQ,{CODE[2:]},INVESTIGATION_SEED,",
        "Sahel,video_md5,0123456789abcdef0123456789abcdef,POSITIVE_CLASS,",
        "",
        "Sahel,pdq,not a hash,POSITIVE_CLASS,",
    ]
    found = parse_list(lines)
    assert [(h.fingerprint.algorithm, h.fingerprint.code, h.line) for h in found.hashes] == [
        ("pdq", CODE, 2),
        ("pdq", "00" + CODE[2:], 3),
    ]
    assert found.hashes[0].note == "POSITIVE_CLASS old photo Sahel"
    assert [line for line, _ in found.skipped] == [4, 6]
    assert "video_md5" in found.skipped[0][1]


def test_the_rows_of_the_pdq_tools_are_read() -> None:
    found = parse_list([f"{CODE},100,bridge/aaa-orig.jpg", f"{CODE}", f"{CODE},a name"])
    assert [(h.fingerprint.quality, h.note) for h in found.hashes] == [
        (100, "bridge/aaa-orig.jpg"),
        (None, ""),
        (None, "a name"),
    ]


def test_a_header_of_another_tool_is_understood() -> None:
    found = parse_list(["\ufefffilename,phash,Hash,Type", "a.jpg,x,00ff,phash"])
    assert found.hashes[0].fingerprint == Fingerprint("phash", "00000000000000ff"[-16:])
    assert found.hashes[0].note == "a.jpg"


def test_a_quotation_mark_that_is_never_closed_spoils_one_row() -> None:
    found = parse_list([f'{CODE},"open', CODE])
    assert [h.line for h in found.hashes] == [1, 2]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_any_lines_are_read_to_their_end(lines: list[str]) -> None:
    found = parse_list(lines)
    assert len(found.hashes) + len(found.skipped) <= len(lines)


def test_what_is_written_is_read_again() -> None:
    hashes = [(Fingerprint("pdq", CODE), "old photo"), (Fingerprint("phash", "00000000000000ff"), 'a "quoted" tag')]
    lines = list(render_list(hashes))
    assert [h.fingerprint for h in parse_list(lines).hashes] == [fingerprint for fingerprint, _ in hashes]
    assert next(csv.reader(lines[2:]))[4] == 'a "quoted" tag'


@pytest.mark.parametrize("tag", ["=1+1", "+1", "-1", "@x", "two\nlines"])
def test_no_cell_is_a_formula_or_a_second_row(tag: str) -> None:
    lines = list(render_list([(Fingerprint("pdq", CODE), tag)]))
    assert len(lines) == 2
    assert "\n" not in lines[1]
    assert next(csv.reader(lines[1:]))[4][0] not in "=+-@"


def test_segments_go_both_ways() -> None:
    segments = compute_segments(draw_scene(2, 300, 200))
    assert parse_segments(render_segments(segments)) == segments
    assert parse_segments("ff, 1")[1].code == "0000000000000001"
