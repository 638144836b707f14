"""What one command has at hand: the global options, the settings, the desk, and how it went so far."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sankofa.cli.errors import ExitCode, concerns_one_input, exit_code, explain
from sankofa.cli.output import Output

if TYPE_CHECKING:
    from sankofa.desk import Desk
    from sankofa.settings import Settings

Input = TypeVar("Input")


@dataclass(frozen=True, kw_only=True)
class GlobalOptions:
    """The options that every command takes, before or after its name."""

    as_json: bool = False
    home: Path | None = None
    store: str | None = None
    vault: str | None = None
    person: str | None = None

    def refine(self, nearer: "GlobalOptions") -> "GlobalOptions":
        """Return these options with those of *nearer*, which stood further right and win."""
        return GlobalOptions(
            as_json=self.as_json or nearer.as_json,
            home=nearer.home or self.home,
            store=nearer.store or self.store,
            vault=nearer.vault or self.vault,
            person=nearer.person or self.person,
        )


class Session:
    """One command's run."""

    def __init__(self, options: GlobalOptions) -> None:
        self.options = options
        self.output = Output(as_json=options.as_json)
        self.code = ExitCode.DONE
        self.kept = ""
        """What to say is kept when a long command ends early; it fills this in as it goes."""

    @cached_property
    def settings(self) -> "Settings":
        """The settings; the command line wins over the environment, and that over ``sankofa.toml``."""
        from sankofa.errors import SettingsError
        from sankofa.settings import load_settings

        options = self.options
        given = {"home": options.home, "store": options.store, "vault": options.vault, "person": options.person}
        try:
            return load_settings(given)
        except ValueError as error:  # a list in the environment that is no JSON: pydantic-settings' own error
            raise SettingsError(f"settings: {error} (see docs/reference/settings.md)") from error

    def open_desk(self, *, create: bool = True) -> AbstractContextManager["Desk"]:
        """Open the desk; with *create* false a store that does not exist is an error."""
        from sankofa.bootstrap import open_desk

        return open_desk(self.settings, create=create)

    def refuse(self, code: ExitCode = ExitCode.REFUSED) -> None:
        """Remember that some input was refused; a failed outside weighs more."""
        self.code = max(self.code, code)

    def complain(self, message: str, *, kind: str, code: ExitCode = ExitCode.REFUSED) -> None:
        """Say on stderr what was refused, and remember it."""
        self.refuse(code)
        self.output.error(message, code=code, kind=kind)

    def answer_each(self, inputs: Iterable[Input], answer: Callable[[Input], None], name: str) -> None:
        """Answer every input by itself; one that is refused gives a line with its error, and the rest goes on.

        *name* is the field that names the input in that line.
        """
        for given in inputs:
            try:
                answer(given)
            except Exception as error:  # whatever it is, the table says whether the other inputs can be answered
                if not concerns_one_input(error):
                    raise
                self.refuse()
                why = explain(error)
                line = f"{given}: refused: {why.removeprefix(f'{given}: ')}"
                self.output.answer({name: str(given), "error": why}, [line])

    def fail(self, error: BaseException) -> ExitCode:
        """Say why the command ended early; returns the exit code."""
        code = exit_code(error)
        self.output.error(explain(error), code=code, kind=type(error).__name__)
        if self.kept:
            self.output.note(self.kept)
        return code
