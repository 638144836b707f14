"""Every error ends in a page that says what happened, what was kept and what to do."""

from dataclasses import replace
from typing import Any

import pytest

import crawlers.errors
import index.errors
import reports.errors
import sankofa.errors
import verify.errors
from crawlers.errors import SourceUnavailableError
from index.backends.memory import MemoryStore
from index.errors import StoreLockedError, StoreUnavailableError
from sankofa.web.errors import UNEXPECTED, find_outcome
from tests.sankofa.web.case import Case
from tests.sankofa.web.conftest import open_client


class BrokenStore(MemoryStore):
    """A store that fails in a chosen way whenever it is asked."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get(self, *args: Any, **values: Any) -> Any:
        raise self.error

    def get_many(self, *args: Any, **values: Any) -> Any:
        raise self.error

    def count(self, *args: Any, **values: Any) -> Any:
        raise self.error

    def find_linked(self, *args: Any, **values: Any) -> Any:
        raise self.error


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_an_unknown_name_gives_a_search_box(case: Case, language: str) -> None:
    client = open_client(case.desk)
    for path in (
        "/claims/C-1",
        "/media/M-1",
        "/media/M-1/original",
        "/matches/X",
        "/verdicts/V-1.9",
        "/reports/R",
        "/no",
    ):
        answer = client.get(path, headers={"accept-language": language})
        assert answer.status_code == 404, path
        assert 'action="/search"' in answer.text, path
        assert f'lang="{language}"' in answer.text[:200]


@pytest.mark.parametrize(
    "error", [StoreUnavailableError("no answer"), StoreLockedError("held", holder="sankofa collect")]
)
def test_a_store_that_does_not_answer_gives_503_on_every_page(case: Case, error: Exception) -> None:
    client = open_client(replace(case.desk, store=BrokenStore(error)))
    client.cookies.set("sankofa-person", "awa.diarra")
    for path in ("/", f"/claims/{case.claim}", "/healthz", f"/media/{case.known}/thumbnail"):
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 503, path
        assert "Nothing was lost." in answer.text


def test_what_nobody_expected_shows_no_internals(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    client = open_client(replace(case.desk, store=BrokenStore(KeyError("secret detail"))))
    answer = client.get("/inbox")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def test_every_error_of_the_house_has_an_outcome() -> None:
    modules = (crawlers.errors, index.errors, reports.errors, sankofa.errors, verify.errors)
    named = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    errors = [kind for kind in named if issubclass(kind, Exception)]
    assert len(errors) > 30
    expected = {kind.__name__ for kind in errors if find_outcome(kind.__new__(kind)) is not UNEXPECTED}
    assert {"RecordNotFoundError", "StoreLockedError", "CountryUnknownError", "AddressForbiddenError"} <= expected
    assert find_outcome(SourceUnavailableError("gone")).status == 502
