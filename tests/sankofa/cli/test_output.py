import json

import pytest

from sankofa.cli.output import Output, align, clean, to_json


def test_control_sequences_do_not_reach_the_terminal() -> None:
    assert clean("a\x1b[2Jb\u202ec\nd\u2068e\u2069") == "a\ufffd[2Jb\ufffdc de"


def test_columns_are_as_wide_as_a_terminal_shows_them() -> None:
    assert align(("A", "B"), [("漢字", "x"), ("é", "y")]) == ["A     B", "漢字  x", "é     y"]


def test_no_line_of_a_table_ends_in_blanks() -> None:
    assert align(("A", "B"), [("long word", ""), ("x", "")]) == ["A          B", "long word", "x"]


def test_arabic_stays_readable_in_json() -> None:
    assert "أنفاق كيدال" in to_json({"text": "أنفاق كيدال"})


def test_a_file_name_that_is_no_unicode_comes_back_the_same() -> None:
    assert json.loads(to_json({"input": "\udcff.jpg"})) == {"input": "\udcff.jpg"}


def test_an_error_is_an_object_under_json(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).error("no space", code=4, kind="StoreFullError")

    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err) == {"error": {"code": 4, "type": "StoreFullError", "message": "no space"}}


def test_an_empty_table_says_what_to_do_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table([], ("A",), lambda shape: (), empty="Add one.")

    assert capsys.readouterr() == ("", "Add one.\n")


def test_without_a_terminal_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with Output(as_json=False).progress("Checking", lambda: 3) as update:
        update(1)

    assert capsys.readouterr() == ("", "")
