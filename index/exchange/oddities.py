"""What is odd about a check that can be read all the same: said to whoever brings it in, and kept as it stands."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from index.exchange.jsonld_values import read_urls
from index.model import ClaimReview

Note = tuple[str, str]
"""A property, and what is odd about it."""


def find_oddities(author: Any, review: ClaimReview, hosts: Collection[str] = ()) -> Iterator[Note]:
    """Yield what is odd about *review*; *author* is the publisher as the markup describes it, *hosts* may speak for others."""
    yield from _check_publisher(author, review, hosts)
    yield from _check_scale(review)


def strip_www(host: str) -> str:
    """Return a host as publishers are known by it."""
    return host.lower().removeprefix("www.")


def _check_publisher(author: Any, review: ClaimReview, hosts: Collection[str]) -> Iterator[Note]:
    own = next(iter(read_urls(author.get("url"))), "") if isinstance(author, Mapping) else ""
    host = strip_www(urlsplit(own).netloc)
    if host and host not in hosts and not _are_related(host, review.publisher_site):
        site = review.publisher_site
        yield "author.url", f"its publisher gives an address of {host}, but it was published on {site}: kept under that"


def _are_related(host: str, other: str) -> bool:
    """Tell whether two hosts are one, or one lies below the other (``afp.com``, ``factuel.afp.com``)."""
    return host == other or host.endswith(f".{other}") or other.endswith(f".{host}")


def _check_scale(review: ClaimReview) -> Iterator[Note]:
    value, worst, best = review.rating_value, review.worst_rating, review.best_rating
    if worst is not None and best is not None and worst > best:
        yield (
            "reviewRating",
            f"its scale is upside down (worst {worst:g}, best {best:g}): kept, and its number not interpreted",
        )
    elif value is not None and ((worst is not None and value < worst) or (best is not None and value > best)):
        yield "reviewRating", f"its number {value:g} lies outside of its own scale: kept, and not interpreted"
