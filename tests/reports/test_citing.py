import pytest

from index.model import Verdict
from reports.citing import resolve_citations
from reports.content import CitedVerdict
from reports.errors import CitationFault, CitationRefusedError
from reports.i18n import Translator
from tests.reports.sample import SampleDesk


def resolve(desk: SampleDesk, text: str) -> tuple[CitedVerdict, ...]:
    return resolve_citations(desk.store, text, Translator("en"))


def refuse(desk: SampleDesk, text: str) -> list[tuple[int, int, str, str]]:
    with pytest.raises(CitationRefusedError) as refused:
        resolve(desk, text)
    return [(fault.line, fault.column, fault.cited, fault.reason) for fault in refused.value.faults]


@pytest.fixture
def verdict(desk: SampleDesk) -> Verdict:
    return desk.verdict(1, desk.claim())


def test_a_verdict_without_a_revision_is_its_newest_published_one(desk: SampleDesk, verdict: Verdict) -> None:
    corrected = desk.revise_verdict(verdict, status="corrected", textual_rating="FAUX, corrigé")
    desk.revise_verdict(corrected, status="draft", textual_rating="not yet")
    cited = resolve(desk, "a [@V-2023-0001] b [@V-2023-0001.1] c [@V-2023-0001.2]")
    assert [(each.number, each.id, each.cited_as) for each in cited] == [
        (1, "V-2023-0001.2", ("V-2023-0001", "V-2023-0001.2")),
        (2, "V-2023-0001.1", ("V-2023-0001.1",)),
    ]
    assert [each.textual_rating for each in cited] == ["FAUX, corrigé", "FAUX"]


def test_a_citation_carries_claim_date_and_evidence(full_desk: SampleDesk) -> None:
    (cited,) = resolve(full_desk, "[@V-2023-0001.1]")
    assert (cited.claim_id, cited.wording.language, cited.publisher, cited.on) == (
        "C-2023-0001",
        "en",
        "FasoCheck",
        "2023-11-17",
    )
    assert [source.id for source in cited.evidence] == ["E-1"]
    assert cited.statement.cites == ("V-2023-0001.1", "C-2023-0001.1")


def test_a_claim_with_one_verdict_may_be_cited_for_it(desk: SampleDesk, verdict: Verdict) -> None:
    assert [each.id for each in resolve(desk, "[@C-2023-0001]")] == ["V-2023-0001.1"]


def test_every_citation_that_cannot_be_printed_is_named_with_its_place(desk: SampleDesk, verdict: Verdict) -> None:
    claim = desk.claim(2)
    withdrawn = desk.verdict(2, claim)
    desk.revise_verdict(withdrawn, status="withdrawn", reason="wrong")
    desk.verdict(3, claim, status="draft")
    disputed = desk.claim(3)
    desk.verdict(4, disputed, publisher="One")
    desk.verdict(5, disputed, publisher="Two")
    text = (
        "[@V-2023-0001]\n[@V-2023-0099] [@V-2023-0001.7]\n\n- [@V-2023-0002]\n- [@V-2023-0002.1] [@V-2023-0003]\n\n"
        "[@C-2023-0003] [@Kidal]"
    )
    assert refuse(desk, text) == [
        (2, 1, "V-2023-0099", "is unknown here"),
        (2, 16, "V-2023-0001.7", "is unknown here: the newest revision is 1"),
        (4, 3, "V-2023-0002", "was withdrawn"),
        (5, 3, "V-2023-0002.1", "was withdrawn"),
        (5, 20, "V-2023-0003", "is not published"),
        (7, 1, "C-2023-0003", "is ambiguous: write [@V-2023-0004] or [@V-2023-0005]"),
        (7, 16, "Kidal", "is no citation: write [@V-2023-0007], or [@V-2023-0007.2] for its second revision"),
    ]


def test_the_message_says_where() -> None:
    message = str(CitationRefusedError([CitationFault(3, 14, "V-2023-0099", "is unknown here")]))
    assert "line 3, column 14: 'V-2023-0099' is unknown here" in message
