"""Suggest to new posts the claims that they repeat, and to a new claim the posts that said so before.

A suggestion is made once: what stands between a post and a claim stays, judged or not. So a run that was cut is simply done
again, and what a person rejected is never suggested again, also not where the claim is read as another one since.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from itertools import islice

from index.errors import RevisionConflictError
from index.identifiers import name_by_content
from index.matching import Asked, Judged
from index.merged import resolve
from index.model import Claim, ClaimMatch, ClaimReview, MatchReasons, Post
from index.query import MAX_QUERY_CHARACTERS, PostQuery, TextQuery
from sankofa.desk import Desk
from sankofa.workflows.meaning import keep_vectors
from sankofa.workflows.repeats import find_likely
from sankofa.workflows.shared_media import Shown, find_posts_showing, read_shown

POSTS_PER_WORDING = 100
"""So many earlier posts are looked at for each wording of a new claim, best first."""

_ENGINE = f"sankofa {version('sankofa')}"
_BATCH = 200
_PAGE = "web"


def suggest_claims(desk: Desk, posts: Sequence[Post]) -> tuple[ClaimMatch, ...]:
    """Suggest to each post the claims that it speaks of; returns what is new.

    Pages of the web are left out: they are articles, most of them the very checks of a claim.
    """
    checks = desk.store.find_linked(ClaimReview, "url", {post.url for post in posts if post.url})
    urls = {review.url for review in checks}
    asked = [post for post in posts if post.platform != _PAGE and post.url not in urls]
    shown = read_shown(desk.store, asked)
    likely = find_likely(desk, [_ask(*pair) for pair in zip(asked, shown, strict=True)])
    return tuple(match for pair in zip(asked, likely, strict=True) for match in _suggest_all(desk, *pair))


def suggest_posts(desk: Desk, claims: Collection[Claim]) -> tuple[ClaimMatch, ...]:
    """Suggest what was collected before for new or changed claims; each post is judged as if it came in now.

    Where meaning counts, the claims are given their vectors first.
    """
    keep_vectors(desk, claims)
    if not claims or not desk.store.count(Post):
        return ()
    return tuple(match for batch in _cut(_find_earlier(desk, claims)) for match in suggest_again(desk, batch))


def suggest_posts_to(desk: Desk, claim_ids: Sequence[str]) -> int:
    """As :func:`suggest_posts`, of any number of claims as they are now; returns how many suggestions are new."""
    return sum(len(suggest_posts(desk, list(desk.store.get_many(Claim, names).values()))) for names in _cut(claim_ids))


def suggest_again(desk: Desk, post_ids: Collection[str]) -> tuple[ClaimMatch, ...]:
    """Suggest claims to posts that are kept already."""
    return suggest_claims(desk, list(desk.store.get_many(Post, post_ids).values()))


def suggest_to_all(desk: Desk, on_done: Callable[[int], None] = lambda number: None) -> int:
    """Go through every post that is kept, after an upgrade or a run that was cut; returns how many suggestions are new."""
    posts, new, done = (post for post in desk.store.iter_records(Post) if not post.is_stub), 0, 0
    while batch := list(islice(posts, _BATCH)):
        new += len(suggest_claims(desk, batch))
        done += len(batch)
        on_done(done)
    return new


def _find_earlier(desk: Desk, claims: Collection[Claim]) -> list[str]:
    found = find_posts_showing(desk.store, claims)
    for wording in {wording.text[:MAX_QUERY_CHARACTERS] for claim in claims for wording in claim.wordings}:
        if wording.strip():
            query = PostQuery(text=TextQuery(words=wording), limit=POSTS_PER_WORDING)
            found.update(hit.post.id for hit in desk.store.find_posts(query).hits)
    return sorted(found)


def _cut(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))


def _ask(post: Post, shown: Shown) -> Asked:
    return Asked(
        text=" ".join(wording.text for wording in post.texts()),
        published_on=post.published_at.date() if post.published_at else None,
        picture_text=shown.text,
        shared_media=shown.shared,
    )


def _suggest_all(desk: Desk, post: Post, likely: Sequence[Judged]) -> Iterator[ClaimMatch]:
    told = _find_told(desk, post) if likely else set()
    for judged in likely:
        if judged.claim_id not in told and (match := _suggest(desk, post, judged)) is not None:
            yield match


def _find_told(desk: Desk, post: Post) -> set[str]:
    """The claims that something stands between them and the post, as they are read now."""
    told = desk.store.find_linked(ClaimMatch, "post", [post.id])
    claims = desk.store.get_many(Claim, {match.claim_id for match in told})
    return {claim.id for claim in resolve(desk.store, list(claims.values())).values()}


def _suggest(desk: Desk, post: Post, judged: Judged) -> ClaimMatch | None:
    match = ClaimMatch(
        id=name_by_content("XC", post.id, judged.claim_id),
        post_id=post.id,
        claim_id=judged.claim_id,
        status="suggested",
        stance=judged.stance,
        probability=judged.probability,
        reasons=MatchReasons(**asdict(judged.reasons)),
        engine=_ENGINE,
        suggested_at=desk.clock(),
    )
    try:
        return desk.store.revise(match, expected_revision=0)
    except RevisionConflictError:
        return None  # another process suggested it a moment before
