"""Claims and candidates in a few words."""

from index.matching import Candidate
from index.model import Claim, Wording


def build_claim(text: str, *, number: int = 1, language: str = "fr", appeared: str | None = None) -> Claim:
    return Claim(id=f"C-2023-{number:04d}", wordings=(Wording(language, text),), first_appeared_on=appeared)


def build_candidate(number: int, lexical: float, *, cosine: float | None = None, text: str = "") -> Candidate:
    claim = build_claim(text or f"affirmation numéro {number}", number=number)
    return Candidate(claim=claim, lexical=lexical, matched_terms=("fr:tunnel",) if lexical else (), cosine=cosine)
