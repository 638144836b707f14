"""Tell whether what was collected was asked for."""

from crawlers.source import CollectRequest
from index.analysis import fold
from index.model import Post


def is_wanted(request: CollectRequest, post: Post) -> bool:
    """Tell whether *post* is what *request* asks for; the benefit of the doubt where date or language are unknown."""
    return (
        is_in_period(request, post)
        and _is_by(request.accounts, post)
        and _is_in_language(request.languages, post)
        and _says(request.words, post)
    )


def is_in_period(request: CollectRequest, post: Post) -> bool:
    """Tell whether *post* was published within the bounds of *request* (inclusive), or on an unknown day."""
    if post.published_at is None:
        return True
    return not (
        (request.since and post.published_at < request.since) or (request.until and post.published_at > request.until)
    )


def _is_by(accounts: tuple[str, ...], post: Post) -> bool:
    wanted = {account.casefold().removeprefix("@") for account in accounts}
    return not wanted or post.author.casefold().removeprefix("@") in wanted


def _is_in_language(languages: tuple[str, ...], post: Post) -> bool:
    wanted = {language.partition("-")[0].lower() for language in languages}
    return not wanted or post.language.partition("-")[0].lower() in wanted | {"und"}


def _says(words: tuple[str, ...], post: Post) -> bool:
    """Tell whether all words of one of the phrases occur; case, accents and Arabic spellings make no difference."""
    said = fold(f"{post.title}\n{post.text}")
    return not words or any(all(word in said for word in fold(phrase).split()) for phrase in words)
