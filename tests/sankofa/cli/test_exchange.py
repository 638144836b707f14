import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.servers import Answer, serve
from tests.sankofa.cli.lines import CommandLine

HEAD = "id,text,title,url,date,language,claimant,country,rating,publisher\n"
GOOD = "17,Des tunnels à Kidal,Kidal,https://checks.example/17,2023-11-14,fr,un compte,ML,Faux,FasoCheck\n"


def _write(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def test_a_row_becomes_a_claim_with_the_publishers_verdict(cli: CommandLine, tmp_path: Path) -> None:
    row = cli.json("import", _write(tmp_path / "claims.csv", GOOD)).row

    assert (row["rows"], row["new"], row["refused"], row["error"]) == (1, 1, [], None)
    (claim,) = cli.json("claim", "list").rows
    assert claim["external_ids"] == ["17", "https://checks.example/17"]
    assert [
        (verdict["publisher"], verdict["textual_rating"], verdict["external"]) for verdict in claim["verdicts"]
    ] == [("FasoCheck", "Faux", True)]


def test_bad_rows_are_named_by_their_line_and_good_ones_kept(cli: CommandLine, tmp_path: Path) -> None:
    bad_date = "18,Un autre,,,14.11.2023,fr,,ML,,\n"
    no_text = "19,,,,,,,,,\n"
    bad_country = "20,Encore un,,,,fr,,Mali,,\n"
    file = _write(tmp_path / "claims.csv", GOOD, bad_date, no_text, bad_country)

    answer = cli.json("import", file)

    assert answer.code == 1
    assert [(problem["line"], problem["column"]) for problem in answer.row["refused"]] == [
        (3, "date"), (4, "text"), (5, "country"),
    ]  # fmt: skip
    assert answer.row["new"] == 1
    assert "line 3" in cli("import", file).out


def test_a_dry_run_judges_and_keeps_nothing(cli: CommandLine, tmp_path: Path) -> None:
    row = cli.json("import", "--dry-run", _write(tmp_path / "claims.csv", GOOD, "x,,,,,,,,,\n")).row

    assert (row["new"], len(row["refused"]), row["dry_run"]) == (1, 1, True)
    assert cli.json("claim", "list").rows == []


def test_the_same_file_again_adds_nothing(cli: CommandLine, tmp_path: Path) -> None:
    file = _write(tmp_path / "claims.csv", GOOD, "18,Sans note,,,,fr,,ML,,\n")
    cli("import", file)

    assert cli.json("import", file).row["new"] == 0
    assert cli.json("store", "info").row["records"]["claim"] == 2
    assert cli.json("store", "info").row["records"]["verdict"] == 1


def test_two_publishers_may_use_the_same_number(cli: CommandLine, tmp_path: Path) -> None:
    other = "17,Tout autre chose,,https://other.example/17,2023-11-15,fr,,NE,Vrai,Autre\n"
    cli("import", _write(tmp_path / "a.csv", GOOD), _write(tmp_path / "b.csv", other))

    assert sorted(len(claim["verdicts"]) for claim in cli.json("claim", "list").rows) == [1, 1]


def test_two_claims_of_one_page_stay_two(cli: CommandLine, tmp_path: Path) -> None:
    rows = [f",{text},,https://checks.example/1,,fr,,,,\n" for text in ("Un", "Deux")]

    assert cli.json("import", _write(tmp_path / "claims.csv", *rows)).row["new"] == 2


def test_an_unknown_column_is_a_remark(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text(json.dumps({"text": "Un texte", "likes": 3}) + "\n")

    answer = cli.json("import", file)

    assert (answer.code, answer.row["new"], answer.row["refused"]) == (0, 1, [])
    assert answer.row["remarks"][0]["column"] == "likes"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "[1]"])
def test_a_file_that_is_no_table_is_refused_and_the_next_one_read(cli: CommandLine, tmp_path: Path, text: str) -> None:
    bad = tmp_path / ("bad.jsonl" if text == "[1]" else "bad.csv")
    bad.write_text(text)

    answer = cli.json("import", bad, _write(tmp_path / "good.csv", GOOD))

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [False, True]


def test_a_missing_file_is_refused(cli: CommandLine, tmp_path: Path) -> None:
    answer = cli.json("import", tmp_path / "missing.csv")

    assert answer.code == 1
    assert answer.row["error"]


def test_what_one_desk_gives_out_another_takes_in_with_every_revision(cli: CommandLine, tmp_path: Path) -> None:
    claim_id = cli.add_claim("Un texte")
    verdict_id = cli.publish(claim_id, "--rating", "false")
    proposal = ("--rating", "true", "--reason", "new source", "--as", "awa.diarra")
    assert cli("verdict", "correct", verdict_id, *proposal).code == 0
    file, other = tmp_path / "desk.jsonl", tmp_path / "other"
    assert cli("export", "--out", file).code == 0

    taken = cli.json("import", file, "--kind", "records", "--home", other)

    assert (taken.code, taken.row["refused"]) == (0, [])
    assert cli("export", "--home", other).out == file.read_text("utf-8")
    assert cli.json("verdict", "show", f"{verdict_id}.1", "--home", other).row["rating"] == "false"
    assert cli.json("import", file, "--kind", "records", "--home", other).row["new"] == 0


def test_a_record_that_says_something_else_is_refused(cli: CommandLine, tmp_path: Path) -> None:
    cli.add_person()
    file = tmp_path / "desk.jsonl"
    cli("export", "--kind", "person", "--out", file)
    file.write_text(file.read_text("utf-8").replace("Awa Diarra", "Mallory"))

    answer = cli.json("import", file, "--kind", "records")

    assert answer.code == 1
    assert cli.json("person", "list").row["name"] == "Awa Diarra"


def test_an_export_writes_only_the_kinds_that_were_asked_for(cli: CommandLine) -> None:
    cli.add_claim()

    assert {row["kind"] for row in cli("export", "--kind", "claim", "--kind", "person").rows} == {"claim", "person"}
    assert cli("export", "--kind", "nonsense").code == 2


def test_a_table_comes_back_as_the_same_claims(cli: CommandLine, tmp_path: Path) -> None:
    cli("import", _write(tmp_path / "claims.csv", GOOD))

    assert cli("export", "--format", "csv", "--out", tmp_path / "out.csv").code == 0

    assert "Des tunnels à Kidal" in (tmp_path / "out.csv").read_text("utf-8-sig")
    assert cli.json("import", tmp_path / "out.csv", "--dry-run", "--home", tmp_path / "other").row["new"] == 1


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing_behind(cli: CommandLine, tmp_path: Path) -> None:
    cli.add_person()
    (tmp_path / "file").write_text("")

    answer = cli("export", "--out", tmp_path / "file" / "out.jsonl")

    assert answer.code == 2
    assert "cannot be written" in answer.err


def test_exporting_from_a_store_that_is_not_there_is_an_error(cli: CommandLine) -> None:
    assert cli("export").code == 4


CHECK = {
    "@type": "ClaimReview",
    "url": "https://checks.example/1",
    "claimReviewed": "Un tunnel a été découvert à Kidal",
    "author": {"name": "Des Vérificateurs"},
    "reviewRating": {"alternateName": "Faux"},
}


def test_published_checks_come_in_by_themselves_and_go_out_again(cli: CommandLine, tmp_path: Path) -> None:
    file, other = tmp_path / "checks.json", tmp_path / "other"
    file.write_text(json.dumps([CHECK, CHECK | {"claimReviewed": ""}]), "utf-8")

    answer = cli.json("import", file)

    assert (answer.code, answer.row["rows"], answer.row["new"]) == (1, 2, 1)
    assert [(one["line"], one["unit"], one["column"]) for one in answer.row["refused"]] == [
        (2, "item", "claimReviewed")
    ]
    for form in ("claimreview", "datacommons", "defacto"):
        assert cli("export", "--format", form, "--out", tmp_path / form).code == 0
    assert cli.json("import", tmp_path / "claimreview", "--home", other).row["new"] == 1
    assert cli.json("import", tmp_path / "datacommons", "--home", other).row["new"] == 0
    assert cli.json("import", tmp_path / "defacto", "--home", other).row["new"] == 0


def test_stdin_is_read_like_a_file(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(CHECK).encode())))
    assert cli.json("import", "-").row["new"] == 1


def test_a_verdict_without_an_address_is_left_out_and_said(cli: CommandLine) -> None:
    claim_id = cli.add_claim("Un texte")
    cli.publish(claim_id, "--rating", "false")

    assert "1 verdict without a web address" in cli("export", "--format", "claimreview").err
    out = cli("export", "--format", "claimreview", "--own", "--site", "https://desk.example").out
    assert '"url": "https://desk.example/verdicts/V-' in out


@pytest.mark.parametrize("options", [("--format", "csv", "--own"), ("--format", "claimreview", "--kind", "claim")])
def test_options_that_mean_nothing_together_are_refused(cli: CommandLine, options: tuple[str, ...]) -> None:
    cli.add_claim()
    assert cli("export", *options).code == 2


def test_a_table_with_names_of_its_own_is_mapped_and_how_it_was_read_is_said(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes("Affirmation;Verdict;Rédaction\nDes tunnels à Ménaka;Faux;Vérif\n".encode("cp1252"))

    answer = cli.json("import", file, "--map", "claim=affirmation,rating=Verdict", "--map", "publisher=Rédaction")

    assert (answer.code, answer.row["new"]) == (0, 1)
    assert answer.row["read_as"] == {
        "form": "csv",
        "columns": {"text": "Affirmation", "rating": "Verdict", "publisher": "Rédaction"},
        "left_out": [],
        "encoding": "cp1252",
        "separator": ";",
        "sheet": "",
    }
    again = cli("import", file, "--map", "claim=affirmation,rating=Verdict,publisher=Rédaction")
    assert "read as csv in 'cp1252' parted by ';': text ← Affirmation, rating ← Verdict" in again.out


def test_a_spreadsheet_goes_out_and_comes_in(cli: CommandLine, tmp_path: Path) -> None:
    cli("import", _write(tmp_path / "claims.csv", GOOD))
    assert cli("export", "--format", "xlsx", "--out", tmp_path / "claims.xlsx").code == 0

    answer = cli.json("import", tmp_path / "claims.xlsx", "--home", tmp_path / "other")

    assert (answer.row["new"], answer.row["read_as"]["form"]) == (1, "xlsx")


@pytest.mark.parametrize("given", ["nonsense=x", "text"])
def test_a_mapping_that_is_none_is_refused(cli: CommandLine, tmp_path: Path, given: str) -> None:
    assert cli("import", _write(tmp_path / "claims.csv", GOOD), "--map", given).code == 2


def test_a_mapping_for_what_is_no_table_is_refused(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "check.json").write_text(json.dumps(CHECK), "utf-8")
    assert "no table" in cli.json("import", tmp_path / "check.json", "--map", "claim=x").row["error"]


GOOGLE_KEY = "canary-91d2"
FOUND = {
    "text": "Un tunnel a été découvert à Kidal",
    "claimReview": [{"publisher": {"name": "Vérif"}, "url": "https://verif.example/1", "textualRating": "Faux"}],
}


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch, cli: CommandLine) -> Iterator[list[Answer]]:
    """Google's answers, one for each question; without any left it asks to wait."""
    answers: list[Answer] = []
    with serve(lambda request: answers.pop(0) if answers else Answer(status=429)) as server:
        cli.home.mkdir(exist_ok=True)
        secrets = cli.home / "secrets.toml"
        secrets.write_text(f'google_api_key = "{GOOGLE_KEY}"')
        secrets.chmod(0o600)
        monkeypatch.setenv("SANKOFA_GOOGLE_API_BASE", server.url)
        monkeypatch.setenv("SANKOFA_ALLOWED_NETWORKS", "127.0.0.0/8")
        yield answers
        assert {headers["x-goog-api-key"] for headers in server.headers} <= {GOOGLE_KEY}


def test_google_is_asked_and_the_same_again_adds_nothing(cli: CommandLine, google: list[Answer]) -> None:
    bad = FOUND | {"text": ""}
    google += [Answer(json.dumps({"claims": [FOUND, bad]}).encode())] * 2

    answer = cli.json("import", "--google", "tunnels Kidal", "--language", "fr", "--max-age-days", "30")

    assert (answer.code, answer.row["input"], answer.row["new"]) == (1, "tunnels Kidal", 1)
    assert [(one["line"], one["column"]) for one in answer.row["refused"]] == [(2, "text")]
    assert "tunnels Kidal: 2 rows read, 0 new, 1 refused" in cli("import", "--google", "tunnels Kidal").out
    (claim,) = cli.json("claim", "list").rows
    assert [(one["publisher"], one["external"]) for one in claim["verdicts"]] == [("Vérif", True)]


def test_pages_of_googles_that_were_left_are_told(cli: CommandLine, google: list[Answer]) -> None:
    page = json.dumps({"claims": [FOUND], "nextPageToken": "more"}).encode()
    google += [Answer(page)] * 20
    (remark,) = cli.json("import", "--google", "tunnels", "--dry-run").row["remarks"]
    assert "--max-age-days" in remark["error"]


def test_google_that_asks_to_wait_ends_the_command_without_the_key(cli: CommandLine, google: list[Answer]) -> None:
    for run in (cli, cli.json):
        answer = run("import", "--google", "tunnels Kidal")
        assert (answer.code, answer.out) == (3, "")
        assert "run the same command again" in answer.err
        assert GOOGLE_KEY not in answer.err


def test_google_without_a_key_says_which_setting(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANKOFA_GOOGLE_API_KEY", raising=False)
    answer = cli("import", "--google", "tunnels")
    assert (answer.code, "SANKOFA_GOOGLE_API_KEY" in answer.err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [(), ("--language", "fr", "x.csv"), ("--google", "x", "x.csv"), ("--google", "x", "--kind", "records")],
)
def test_a_file_or_a_question_and_not_both(cli: CommandLine, words: tuple[str, ...]) -> None:
    assert cli("import", *words).code == 2
