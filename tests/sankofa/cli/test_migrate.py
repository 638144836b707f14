from pathlib import Path

from tests.sankofa.cli.lines import CommandLine


def test_indices_are_made_new_from_the_command_line(
    cli: CommandLine, elasticsearch_url: str, elasticsearch_prefix: str
) -> None:
    store = ("--store", f"{elasticsearch_url}/{elasticsearch_prefix}")
    assert cli(*store, "person", "add", "awa", "--name", "Awa", "--organisation", "Desk").code == 0

    assert cli.json(*store, "store", "migrate").row == {"indices": []}
    answer = cli.json(*store, "store", "migrate", "--again")
    assert answer.code == 0
    assert {"new": f"{elasticsearch_prefix}-person-v0002", "documents": 1}.items() <= {
        key: value for row in answer.row["indices"] for key, value in row.items() if "person" in row["old"]
    }.items()
    assert "Awa" in cli(*store, "person", "list").out
    assert "deleted" in cli(*store, "store", "migrate", "--drop-old").out
    assert cli.json(*store, "store", "migrate", "--undo").row == {"deleted": []}


def test_a_file_needs_no_migration(cli: CommandLine, tmp_path: Path) -> None:
    answer = cli("store", "migrate")

    assert answer.code == 2
    assert "brought up to date" in answer.err
    assert "was built" not in answer.err
    assert cli("--store", "http://127.0.0.1:9", "store", "migrate", "--undo", "--again").code == 2
