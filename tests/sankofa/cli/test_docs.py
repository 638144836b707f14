import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sankofa.cli.main import build_app
from sankofa.settings import Settings

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
ROOT = typer.main.get_command(build_app())


def _walk(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, child in getattr(command, "commands", {}).items():
        if hasattr(child, "commands"):
            yield from _walk(child, (*path, name))
        else:
            yield (*path, name), child


COMMANDS = dict(_walk(ROOT))
NAMES = [" ".join(path) for path in COMMANDS]


def test_the_commands_are_those_that_were_promised() -> None:
    assert set(NAMES) == {
        "demo", "serve", "collect", "check", "search", "import", "export", "media add", "media show", "media negative",
        "media sensitive", "log timestamp",
        "claim add", "claim show", "claim list", "claim join", "claim merge", "verdict add", "verdict show",
        "verdict draft", "verdict submit", "verdict approve", "verdict return", "verdict correct", "verdict withdraw",
        "verdict suppress", "person change",
        "match list", "match show", "match confirm", "match reject", "match undo",
        "match suggest", "saved list", "saved remove",
        "report preview", "report freeze", "report show", "report list", "names find", "names list",
        "person add", "person list", "erase", "log show", "log checkpoint", "log export", "pack build", "verify",
        "store info", "store check",
        "store copy", "store backup", "store restore", "store migrate", "store setup", "store encode",
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_documented(path: tuple[str, ...]) -> None:
    text = (REFERENCE / "commands.md").read_text("utf-8")

    options = [option for parameter in COMMANDS[path].params for option in parameter.opts if option.startswith("-")]
    missing = [option for option in options if f"`{option}" not in text]

    assert f"sankofa {' '.join(path)}" in text
    assert missing == []
    assert "--json" in options


def test_the_options_of_the_program_are_documented() -> None:
    text = (REFERENCE / "commands.md").read_text("utf-8")

    assert [option for parameter in ROOT.params for option in parameter.opts if f"`{option}" not in text] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    text = (REFERENCE / "settings.md").read_text("utf-8")

    assert f"| `{name}` | `SANKOFA_{name.upper()}` |" in text


def _read_examples(help_text: str) -> list[str]:
    lines = help_text.partition("Examples:\n")[2].replace("\\\n", " ").splitlines()
    return [line for line in map(str.strip, lines) if line.startswith("sankofa ")]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_help_has_examples_that_can_be_typed(path: tuple[str, ...]) -> None:
    examples = _read_examples(COMMANDS[path].help)

    assert examples
    for example in examples:
        words = shlex.split(example, comments=True)
        words = words[1 : words.index(">")] if ">" in words else words[1:]
        assert _parse(words) == path


def _parse(words: list[str]) -> tuple[str, ...]:
    """Parse a command line without running it; returns the command that it names."""
    command: Any = ROOT
    context = command.make_context("sankofa", list(words), resilient_parsing=False)
    path: tuple[str, ...] = ()
    while hasattr(command, "commands"):
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        path = (*path, name)
        context = command.make_context(name, rest, parent=context)
    return path
