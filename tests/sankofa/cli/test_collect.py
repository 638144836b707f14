import json
from pathlib import Path

import pytest

from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.cli.lines import CommandLine


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Two good posts, one with a picture, and a bad row."""
    save_picture(tmp_path, "seen.jpg", mirror(draw_picture(1)), quality=70)
    file = tmp_path / "posts.csv"
    file.write_text(
        "platform,id,url,author,text,language,published_at,media\n"
        "x,1,https://social.example/1,compte,Des tunnels à Kidal,fr,2023-11-14T10:00:00Z,seen.jpg\n"
        "x,2,https://social.example/2,compte,Autre chose,fr,2023-12-14T10:00:00Z,\n"
        "x,3,https://social.example/3,compte,Trop tard,fr,yesterday,\n",
        encoding="utf-8",
    )
    return file


def test_a_file_of_posts_is_collected_and_matched(cli: CommandLine, posts: Path, tmp_path: Path) -> None:
    cli("media", "add", save_picture(tmp_path, "known.jpg", draw_picture(1)))

    answer = cli.json("collect", posts)

    assert answer.code == 1
    row = answer.row
    assert (row["source"], row["event"], row["error"]) == (str(posts), None, None)
    assert (row["new_posts"], row["new_media"], row["matches"]) == (2, 1, 1)
    assert "line 4" in json.dumps(row["refused"])


def test_collecting_again_adds_nothing(cli: CommandLine, posts: Path) -> None:
    cli("collect", posts)

    assert cli.json("collect", posts).row["new_posts"] == 0
    assert cli.json("store", "info").row["records"]["post"] == 2


def test_a_dry_run_keeps_nothing(cli: CommandLine, posts: Path) -> None:
    row = cli.json("collect", posts, "--dry-run").row

    assert (row["posts"], row["new_posts"], row["dry_run"]) == (2, 0, True)
    assert cli.json("store", "info").row["records"]["post"] == 0
    assert "would read" in cli("collect", posts, "--dry-run").out


def test_a_period_restricts_the_posts(cli: CommandLine, posts: Path) -> None:
    assert cli.json("collect", posts, "--since", "2023-11", "--until", "2023-11").row["new_posts"] == 1


def test_an_unknown_source_is_refused_and_the_next_one_read(cli: CommandLine, posts: Path) -> None:
    answer = cli.json("collect", "no-such-source", posts)

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [False, True]
    assert "no-such-source" in answer.rows[0]["error"]


@pytest.mark.parametrize("words", [["--since", "soon"], ["--since", "2024", "--until", "2023"], ["--limit", "0"]])
def test_what_cannot_be_used_is_a_usage_error(cli: CommandLine, posts: Path, words: list[str]) -> None:
    assert cli("collect", posts, *words).code == 2
