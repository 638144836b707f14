import pytest

from tests.sankofa.cli.lines import CommandLine


def test_people_are_listed_with_what_they_do(cli: CommandLine) -> None:
    cli("person", "add", "ines.keita", "--name", "Inès Keïta", "--role", "editor", "--role", "checker")

    assert cli.json("person", "list").rows == [
        {"person_id": "ines.keita", "name": "Inès Keïta", "organisation": "", "roles": ["editor", "checker"]}
    ]
    assert cli("person", "list").out.splitlines()[1].split() == ["ines.keita", "Inès", "Keïta", "editor,", "checker"]


@pytest.mark.parametrize("words", [["Awa Diarra"], ["awa", "--role", "king"]])
def test_what_names_no_person_is_a_usage_error(cli: CommandLine, words: list[str]) -> None:
    assert cli("person", "add", *words).code == 2


def test_a_name_that_is_taken_is_refused(cli: CommandLine) -> None:
    cli.add_person()

    answer = cli("person", "add", "awa.diarra", "--name", "Somebody Else")

    assert answer.code == 2
    assert "awa.diarra" in answer.err
