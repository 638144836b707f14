import hashlib
import json
from pathlib import Path

import pytest

from reports.formats import FORMATS
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def case(cli: CommandLine) -> str:
    """A claim of November 2023 in Mali, with a verdict."""
    claim_id = cli.add_claim("Des tunnels à Kidal", "--country", "ML", "--first-appeared", "2023-11-14")
    cli.publish(claim_id, "--rating", "false", "--date", "2023-11-17")
    return claim_id


def test_a_report_is_frozen_kept_and_written_in_every_format(cli: CommandLine, case: str, tmp_path: Path) -> None:
    out = tmp_path / "reports"

    row = cli.json("report", "freeze", "--country", "ml", "--month", "2023-11", "--out", out, "--as", "awa.diarra").row

    assert (row["report_id"], row["revision"], row["case_count"]) == ("R-ML-2023-11-fr", 1, 1)
    assert row["files"] == [str(out / f"R-ML-2023-11-fr{form.suffix}") for form in FORMATS.values()]
    assert row["sha256"] == {
        name: hashlib.sha256(Path(file).read_bytes()).hexdigest()
        for name, file in zip(FORMATS, row["files"], strict=True)
    }
    assert case in (out / "R-ML-2023-11-fr.html").read_text("utf-8")
    assert json.loads((out / "R-ML-2023-11-fr.json").read_text("utf-8"))


def test_an_earlier_revision_is_given_out_as_it_was(cli: CommandLine, case: str, tmp_path: Path) -> None:
    build = ("report", "freeze", "--country", "ML", "--month", "2023-11", "--as", "awa.diarra", "--out")
    cli(*build, tmp_path / "first")
    cli.add_claim("Un autre", "--country", "ML", "--first-appeared", "2023-11-20")
    cli(*build, tmp_path / "second")

    row = cli.json("report", "show", "R-ML-2023-11-fr.1", "--out", tmp_path / "again").row

    name = "R-ML-2023-11-fr.html"
    assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "first" / name).read_bytes()
    assert [revision["case_count"] for revision in row["history"]] == [1, 2]
    assert "revision 1" in cli("report", "show", "R-ML-2023-11-fr").out


@pytest.mark.parametrize(
    ("country", "month", "language"),
    [("XX", "2023-11", "fr"), ("ML", "November", "fr"), ("ML", "2023-13", "fr"), ("ML", "2023-11", "xx")],
)
def test_an_unknown_country_month_or_language_is_a_usage_error(
    cli: CommandLine, tmp_path: Path, country: str, month: str, language: str
) -> None:
    person = cli.add_person()

    answer = cli.json(
        "report",
        "freeze",
        "--country",
        country,
        "--month",
        month,
        "--language",
        language,
        "--out",
        tmp_path / "out",
        "--as",
        person,
    )

    assert (answer.code, answer.out) == (2, "")
    assert not (tmp_path / "out").exists()


def test_without_a_person_nothing_is_frozen(cli: CommandLine, case: str, tmp_path: Path) -> None:
    answer = cli("report", "freeze", "--country", "ML", "--month", "2023-11", "--out", tmp_path / "out")

    assert answer.code == 5
    assert cli.json("report", "list").rows == []


def test_a_month_without_cases_is_a_report_too(cli: CommandLine, tmp_path: Path) -> None:
    person = cli.add_person()

    row = cli.json("report", "freeze", "--country", "TD", "--month", "2023-11", "--out", tmp_path, "--as", person).row

    assert row["case_count"] == 0
    assert "Chad" in cli("report", "list").out


def test_an_unknown_report_is_refused(cli: CommandLine) -> None:
    answer = cli.json("report", "show", "R-ML-1999-01-fr")

    assert answer.code == 1
    assert "R-ML-1999-01-fr" in answer.row["error"]


def test_a_preview_says_that_it_is_one_and_is_not_kept(cli: CommandLine, case: str, tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    text.write_text("# Novembre\n\nUn faux [@V-2023-0001], <script>alert(1)</script>\n", "utf-8")

    row = cli.json("report", "preview", "--country", "ML", "--month", "2023-11", "--text", text, "--out", tmp_path).row

    page = Path(row["file"]).read_text("utf-8")
    assert row["cites"] == ["V-2023-0001.3"]
    assert "Aperçu" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert '<a href="#cited-1"' in page
    assert cli.json("report", "list").rows == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\n\nb [@V-2023-0009]", "line 3, column 3: 'V-2023-0009' is unknown here"),
        (b"\xff\xfe", "not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_text_that_cannot_be_printed_is_a_usage_error(
    cli: CommandLine, case: str, tmp_path: Path, content: bytes | None, said: str
) -> None:
    text = tmp_path / "text.md"
    if content is not None:
        text.write_bytes(content)

    answer = cli(
        "report",
        "freeze",
        "--country",
        "ML",
        "--month",
        "2023-11",
        "--text",
        text,
        "--out",
        tmp_path,
        "--as",
        "awa.diarra",
    )

    assert answer.code == 2
    assert said in answer.err
    assert cli.json("report", "list").rows == []
