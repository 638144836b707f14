"""The vectors of claims: one for what a claim says in each language, and how near a claim is to what was asked.

Title and wording are one passage: on CheckThat! 2021 that finds 4 to 5 in a hundred posts more than a vector for each.
"""

from collections.abc import Collection, Iterable, Mapping

from index.identifiers import digest_text, name_by_content
from index.meaning.encoder import Encoder
from index.model import Claim, TextVector
from index.vectors import Codes, measure_cosines, quantise, read_many, write_codes

Wanted = Mapping[str, tuple[Claim, str]]


def name_vectors(claims: Iterable[Claim], encoder: Encoder) -> Wanted:
    """Name the vectors that the passages of some claims have, each with its claim and text."""
    return {
        name_by_content("TV", claim.id, encoder.name, digest_text(passage.text)): (claim, passage.text)
        for claim in claims
        for passage in claim.passages()
    }


def build_vectors(wanted: Wanted, encoder: Encoder) -> list[TextVector]:
    """Encode texts that :func:`name_vectors` named. Raises EncoderError."""
    texts = list(dict.fromkeys(text for _, text in wanted.values()))
    codes = dict(zip(texts, quantise(encoder.encode(texts)), strict=True)) if texts else {}
    return [
        TextVector(
            id=name,
            claim_id=claim.id,
            encoder=encoder.name,
            digest=digest_text(text),
            codes=write_codes(codes[text]),
        )
        for name, (claim, text) in wanted.items()
        if codes[text].any()
    ]


def compare(codes: Codes, claims: Collection[Claim], vectors: Iterable[TextVector]) -> Mapping[str, float]:
    """Return the cosine of each claim's nearest passage to *codes*, by claim; of vectors made by the encoder of these.

    Only the passages that a claim has now count. A claim without vectors is left out.
    """
    texts = {claim.id: claim.links()["text"] for claim in claims}
    current = [vector for vector in vectors if vector.digest in texts.get(vector.claim_id, ())]
    cosines = measure_cosines(codes, read_many([vector.codes for vector in current])) if current else []
    nearest: dict[str, float] = {}
    for vector, cosine in zip(current, cosines, strict=True):
        nearest[vector.claim_id] = max(cosine, nearest.get(vector.claim_id, -1.0))
    return nearest
