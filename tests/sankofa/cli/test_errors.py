import re
from pathlib import Path

import pytest

import crawlers.errors
import index.errors
import reports.errors
import sankofa.errors
import verify.errors
from sankofa.cli.errors import MEANINGS, ExitCode, concerns_one_input, exit_code, explain

DOCS = Path(__file__).parents[3] / "docs" / "reference" / "exit-codes.md"
MODULES = (crawlers.errors, index.errors, reports.errors, sankofa.errors, verify.errors)
ERRORS = [
    found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Exception) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_ours_has_an_exit_code(kind: type[Exception]) -> None:
    assert exit_code(kind.__new__(kind)) not in (ExitCode.OURS, ExitCode.DONE)


def test_the_documented_exit_codes_are_those_of_the_table() -> None:
    documented = {int(number) for number in re.findall(r"^\| (\d+) \|", DOCS.read_text("utf-8"), re.MULTILINE)}

    assert documented == set(ExitCode) == set(MEANINGS)


def test_the_nearest_ancestor_in_the_table_decides() -> None:
    assert exit_code(index.errors.StoreLockedError("held")) is ExitCode.DATA
    assert exit_code(index.errors.RecordNotFoundError("claim", "C-1")) is ExitCode.NOT_FOUND
    assert exit_code(crawlers.errors.RateLimitedError("wait")) is ExitCode.OUTSIDE
    assert exit_code(ZeroDivisionError()) is ExitCode.OURS


def test_a_store_that_is_gone_concerns_more_than_one_input() -> None:
    assert not concerns_one_input(index.errors.StoreUnavailableError("gone"))
    assert not concerns_one_input(sankofa.errors.PersonRequiredError("to judge"))
    assert concerns_one_input(index.errors.RecordNotFoundError("claim", "C-1"))


def test_a_system_error_names_its_file() -> None:
    assert explain(PermissionError(13, "Permission denied", "/srv/desk")) == "/srv/desk: Permission denied"
