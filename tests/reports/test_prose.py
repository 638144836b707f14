import pytest

from reports.blocks import Block, Code, Heading, Items, Paragraph, Quote, Rule, Run
from reports.prose import WrittenCitation, find_citations, join_text, parse_prose


def parse(markdown: str) -> tuple[Block, ...]:
    return parse_prose(markdown, lambda citation: Run(f"<{citation.cited}>"))


def test_markdown_becomes_blocks() -> None:
    text = "# Mali\n\nUn *tunnel **vu*** [ici](https://a.example/).\n\n> Non.\n\n1. un\n2. deux\n\n---\n\n    x = 1\n"
    assert parse(text) == (
        Heading(1, (Run("Mali"),)),
        Paragraph(
            (
                Run("Un "),
                Run("tunnel ", emphasis=True),
                Run("vu", emphasis=True, strong=True),
                Run(" "),
                Run("ici", href="https://a.example/"),
                Run("."),
            )
        ),
        Quote((Paragraph((Run("Non."),)),)),
        Items(((Paragraph((Run("un"),)),), (Paragraph((Run("deux"),)),)), ordered=True),
        Rule(),
        Code("x = 1"),
    )


@pytest.mark.parametrize("html", ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "<!-- c -->", "<img src=x>"])
def test_raw_html_is_text(html: str) -> None:
    (paragraph,) = parse(html)
    assert isinstance(paragraph, Paragraph)
    assert join_text(paragraph.runs) == html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "/verdicts/V-1", "#x", "JaVaScRiPt:x"])
def test_a_link_leads_to_the_web_or_nowhere(address: str) -> None:
    (paragraph,) = parse(f"[a]({address}) ![b]({address})")
    assert isinstance(paragraph, Paragraph)
    assert [run.href for run in paragraph.runs] == [""] * len(paragraph.runs)


def test_citations_are_found_with_line_and_column() -> None:
    text = (
        "# Titre [@V-2023-0001]\r\n\r\nÉté : `[@V-2023-0009]` [@V-2023-0001] et [@V-2023-0001]\r\nfin [@oops\r\n"
        "> - suite [@ V-2023-0007.2 ]\r\n\r\n\\[@V-2023-0008] [@MaliActu](https://x.example/MaliActu)\r\n"
    )
    assert find_citations(text) == (
        WrittenCitation("V-2023-0001", 1, 9),
        WrittenCitation("V-2023-0001", 3, 24),
        WrittenCitation("V-2023-0001", 3, 42),
        WrittenCitation("oops", 4, 5),
        WrittenCitation("V-2023-0007.2", 5, 11),
    )


def test_a_citation_stands_in_its_place() -> None:
    (paragraph,) = parse("voir **[@V-2023-0001]**, fin")
    assert isinstance(paragraph, Paragraph)
    assert join_text(paragraph.runs) == "voir <V-2023-0001>, fin"
