import json

from sankofa.cli.session import GlobalOptions
from tests.sankofa.cli.lines import CommandLine


def test_json_works_before_between_and_after_the_command(cli: CommandLine) -> None:
    cli.add_person()

    answers = [
        cli(*words).out
        for words in (["--json", "person", "list"], ["person", "--json", "list"], ["person", "list", "--json"])
    ]

    assert len(set(answers)) == 1
    assert json.loads(answers[0])["person_id"] == "awa.diarra"


def test_home_works_after_the_command_and_the_nearer_one_wins(cli: CommandLine) -> None:
    other = cli.home.with_name("other")

    assert cli("person", "add", "ali", "--home", other).code == 0

    assert cli("person", "list", "--home", other).out
    assert not cli("person", "list").out


def test_a_value_that_looks_like_an_option_stays_a_value(cli: CommandLine) -> None:
    person = cli.add_person()

    answer = cli("claim", "add", "Un texte", "--as", person, "--title", "--json")

    assert answer.code == 0
    assert "title: --json" in cli("claim", "show", answer.out.split()[0]).out


def test_after_two_dashes_nothing_is_an_option(cli: CommandLine) -> None:
    answer = cli("search", "--", "--json")

    assert answer.code == 0
    assert "“--json”" in answer.out


def test_an_option_that_was_left_out_keeps_the_outer_one() -> None:
    outer = GlobalOptions(as_json=True, store="memory:", person="awa")

    assert outer.refine(GlobalOptions(person="ali")) == GlobalOptions(as_json=True, store="memory:", person="ali")
