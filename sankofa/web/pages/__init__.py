"""One module per page; each has a ``router``. Reading is GET and changes nothing, every change is a POST of a form."""

from sankofa.web.pages import (
    check,
    claims,
    erase,
    fact_checks,
    home,
    matches,
    media,
    packs,
    people,
    posts,
    published,
    reports,
    saved,
    search,
    service,
    verdicts,
)

ROUTERS = tuple(
    module.router
    for module in (
        *(home, search, saved, check, claims, media, matches, posts, verdicts, published, reports),
        packs,
        *(people, fact_checks, erase, service),
    )
)
"""The routers of all pages."""
