import pytest

from index.exchange.rows import ClaimRow, RowProblem, build_row, check_address, check_language


def test_a_problem_reads_as_a_sentence() -> None:
    assert str(RowProblem(line=7, message="write ML", column="country")) == "line 7, column 'country': write ML"
    assert str(RowProblem(line=7, message="no JSON")) == "line 7: no JSON"


def test_the_apostrophe_before_a_formula_is_taken_off_and_others_stay() -> None:
    for cell, text in (("'=1+1", "=1+1"), ("''=1", "'=1"), ("'yan ta'adda", "'yan ta'adda"), ("=1", "=1")):
        row = build_row(1, {"text": cell})
        assert isinstance(row, ClaimRow)
        assert row.text == text


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("FR", "fr"),
        ("ar_td", "ar-TD"),
        ("ff-adlm", "ff-Adlm"),
        ("zh-hant-TW", "zh-Hant-TW"),
        ("und", "und"),
        ("taq", "taq"),
    ],
)
def test_tags_are_written_canonically(tag: str, canonical: str) -> None:
    assert check_language(tag) == canonical


@pytest.mark.parametrize("tag", ["f", "zz", "english", "fr-", "fr--ML", "fr-toolongsubtag", "été", "f1"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="BCP 47"):
        check_language(tag)


@pytest.mark.parametrize("url", ["https://example.org", "HTTP://Example.org/é?a=b#c", "https://[2001:db8::1]/"])
def test_addresses_stay_as_they_are(url: str) -> None:
    assert check_address(url) == url
