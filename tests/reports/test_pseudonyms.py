import re
import zipfile
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from index.model import ClaimMedia, Event, Wording
from reports.content import MonthlyReport
from reports.errors import RuleUnreadableError
from reports.formats import FORMATS
from reports.i18n import LANGUAGES
from reports.pseudonyms import Hiding
from reports.public_accounts import PublicAccounts, load_public_accounts, parse_public_accounts
from tests.reports.sample import SampleDesk, build_picture

HIDING = Hiding(load_public_accounts(), b"k" * 32)
PRIVATE = ("kader1985", "https://x.com/kader1985/status/77", "Kader Maïga", "https://x.com/Kader1985/status/99")


def fill(desk: SampleDesk) -> None:
    """A private account that posts, is named in wordings and reasons, and is the claimant; and public ones beside it."""
    medium = desk.medium(build_picture(1))
    event = Event(id="kidal", names=(Wording("fr", "Kidal"),), countries=("ML",), accounts=("@DirCom_Mali",))
    desk.store.revise(event, expected_revision=0)
    said = "Selon @kader1985 (https://x.com/Kader1985/status/99), et @DirCom_Mali, un tunnel"
    claim = desk.claim(1, media=(ClaimMedia(medium, "shown"),), claimant="Kader Maïga", wordings=(Wording("fr", said),))
    verdict = desk.verdict(1, claim, explanation=(Wording("fr", "Publié par @Kader1985."),))
    desk.revise_verdict(verdict, status="corrected", reason="@kader1985 l’a retiré")
    desk.post("77", medium, author="@kader1985", author_name="Kader Maïga", url=PRIVATE[1])
    desk.post("78", medium, author="@DirCom_Mali", url="https://x.com/DirCom_Mali/status/78")
    desk.post("79", medium, platform="web", author="journal.example", url="https://journal.example/79")
    desk.post("80", medium, author="@minusma_x", author_name="MINUSMA", url="https://x.com/minusma_x/status/80")


def read(name: str, content: bytes) -> str:
    """All that a file holds as text, whatever it is packed in."""
    if name == "pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    if content[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "".join(archive.read(member).decode("utf-8", "replace") for member in archive.namelist())
    return content.decode("utf-8", "replace")


def report(desk: SampleDesk, language: str = "fr", hiding: Hiding | None = HIDING) -> MonthlyReport:
    return desk.report(language=language, text="[@V-2023-0001]", hiding=hiding)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_format_names_a_private_account_and_every_one_names_the_public_ones(desk: SampleDesk, language: str) -> None:
    fill(desk)
    hidden, shown = report(desk, language), report(desk, language, None)
    (pseudonym,) = {line.account for case in hidden.cases for line in case.spread} - {
        "@DirCom_Mali",
        "journal.example",
        "@minusma_x",
    }
    assert re.fullmatch(r"\w+-[0-9A-Z]{4}-[0-9A-Z]{4}", pseudonym)
    assert hidden.cases[0].claimant == pseudonym == hidden.balance[0].claimant
    for name, form in FORMATS.items():
        text, as_it_is = read(name, form.render(hidden)).casefold(), read(name, form.render(shown)).casefold()
        assert [each for each in PRIVATE if each.casefold() in text] == [], name
        assert "kader1985" in as_it_is, name
    html = FORMATS["html"].render(hidden).decode()
    assert all(public in html for public in ("@DirCom_Mali", "journal.example", "@minusma_x", pseudonym))
    assert len(hidden.method) == len(shown.method) + 1


def test_a_pseudonym_is_the_same_in_all_reports_of_a_month_and_another_under_another_key(desk: SampleDesk) -> None:
    fill(desk)
    codes = {report(desk, language).cases[0].claimant.partition("-")[2] for language in LANGUAGES}
    assert len(codes) == 1
    other = report(desk, hiding=replace(HIDING, key=b"other")).cases[0].claimant
    assert other.partition("-")[2] not in codes


def test_the_editors_own_words_stay(desk: SampleDesk) -> None:
    fill(desk)
    text = "@kader1985 l’a dit [@V-2023-0001]."
    assert desk.report(text=text, hiding=HIDING).text == text


def test_a_newsroom_may_call_other_accounts_public() -> None:
    rule = parse_public_accounts('platforms = ["web"]\naccounts = ["x:@Kader1985"]')
    assert rule.has("x", "kader1985", "", ())
    assert not rule.has("facebook", "kader1985", "", ())
    assert rule == PublicAccounts(
        platforms=frozenset({"web"}), followed=False, known=False, accounts=frozenset({"x:kader1985"})
    )


@pytest.mark.parametrize("text", ["platforms = 1", 'known = "yes"', "accounts = [1]", "names = []", "=", "platforms ="])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(RuleUnreadableError):
        parse_public_accounts(text)
