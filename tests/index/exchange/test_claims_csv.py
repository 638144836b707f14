import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.exchange.claims_csv import claims_to_csv
from index.exchange.claims_table import ClaimRow, read_claims
from index.model import Claim, Verdict, Wording
from index.ratings import Rating
from tests.hostile import HOSTILE, LIVE, UNSEEN

CLAIM = Claim(
    id="C-2023-0007",
    wordings=(Wording("fr", "Des tunnels, sous « Kidal »"), Wording("en", "Tunnels")),
    title="Tunnels",
    claimant="Armée malienne",
    first_appeared_on="2023-11-15",
    countries=("ML", "NE"),
    external_ids=("EX-1", "https://example.org/claim"),
)
VERDICT = Verdict(
    id="V-2023-0001",
    claim_id=CLAIM.id,
    publisher="Example Check",
    rating=Rating.FALSE,
    textual_rating="C'est faux",
    url="https://example.org/check",
    review_date=date(2023, 11, 20),
)


def read_back(folder: Path, lines: str) -> list[ClaimRow]:
    path = folder / "claims.csv"
    path.write_bytes(lines.encode("utf-8-sig"))
    rows = list(read_claims(path))
    assert all(isinstance(row, ClaimRow) for row in rows)
    return [row for row in rows if isinstance(row, ClaimRow)]


def test_what_is_given_out_can_be_brought_in(tmp_path: Path) -> None:
    (row,) = read_back(tmp_path, "".join(claims_to_csv([(CLAIM, [VERDICT])])))
    assert row == ClaimRow(
        line=2,
        external_id=CLAIM.id,
        text=CLAIM.text,
        title="Tunnels",
        url="https://example.org/check",
        date="2023-11-15",
        language="fr",
        claimant="Armée malienne",
        country="ML",
        rating="C'est faux",
        mapped_rating=Rating.FALSE,
        publisher="Example Check",
    )


def test_each_verdict_has_a_row_and_a_claim_without_one_too(tmp_path: Path) -> None:
    other = Claim(id="C-2023-0008", wordings=(Wording("fr", "Sans verdict"),))
    lines = "".join(claims_to_csv([(CLAIM, [VERDICT, VERDICT]), (other, [])]))
    assert [row.external_id for row in read_back(tmp_path, lines)] == [CLAIM.id, CLAIM.id, other.id]


def write_out(texts: Sequence[str]) -> str:
    claims = [
        Claim(id=f"C-2023-{number:04d}", wordings=(Wording("fr", text),), title=text, claimant=text)
        for number, text in enumerate(texts, 1)
    ]
    return "".join(claims_to_csv((claim, []) for claim in claims))


def test_no_hostile_cell_begins_as_a_formula() -> None:
    cells = [cell for row in csv.reader(io.StringIO(write_out(HOSTILE), newline="")) for cell in row]

    assert len(HOSTILE) >= 500
    assert [cell for cell in cells if cell.lstrip(UNSEEN).startswith(LIVE)] == []


def test_what_was_kept_from_running_comes_back_as_it_was(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if text.isprintable() and text == text.strip()]

    assert [row.text for row in read_back(tmp_path, write_out(texts))] == texts


@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
        lambda text: text == text.strip() != ""
    )
)
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    claim = Claim(id="C-2023-0001", wordings=(Wording("fr", text),))
    (row,) = read_back(tmp_path_factory.getbasetemp(), "".join(claims_to_csv([(claim, [])])))
    assert row.text == text
