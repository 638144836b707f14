"""Read X API v2 objects into posts. Source: https://docs.x.com/x-api/fundamentals/data-dictionary"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from crawlers.errors import SourceFormatError
from crawlers.x_query import parse_language
from index.model import Attachment, Post
from index.naming import name_post

TWEET_FIELDS = (
    "id,text,note_tweet,created_at,lang,author_id,attachments,public_metrics,edit_history_tweet_ids,conversation_id"
)
MEDIA_FIELDS = "media_key,type,url,variants,preview_image_url,alt_text"
USER_FIELDS = "id,username,name"
EXPANSIONS = "attachments.media_keys,author_id"


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Variant(_Model):
    """One file of a video."""

    content_type: str = ""
    bit_rate: int = 0
    url: str = ""


class Medium(_Model):
    """``includes.media[]``."""

    media_key: str
    type: str
    url: str = ""
    alt_text: str = ""
    variants: tuple[Variant, ...] = ()


class User(_Model):
    """``includes.users[]``."""

    id: str
    username: str
    name: str = ""


class _Attachments(_Model):
    media_keys: tuple[str, ...] = ()


class _Note(_Model):
    text: str = ""


class Tweet(_Model):
    """``data[]``."""

    id: int = Field(gt=0)
    text: str
    created_at: AwareDatetime
    author_id: str = ""
    lang: str = ""
    attachments: _Attachments = _Attachments()
    note_tweet: _Note = _Note()
    public_metrics: Mapping[str, int] = Field(default_factory=dict)


class Problem(_Model):
    """``errors[]`` of an answer that is otherwise good: what could not be given, and why."""

    resource_type: str = "resource"
    resource_id: str = ""
    value: str = ""
    title: str = ""
    detail: str = ""

    @property
    def refusal(self) -> tuple[str, str]:
        """(where, why)."""
        return f"x {self.resource_type} {self.resource_id or self.value}".strip(), self.detail or self.title


class _Includes(_Model):
    users: tuple[User, ...] = ()
    media: tuple[Medium, ...] = ()


class _Meta(_Model):
    next_token: str = ""


class _Answer(_Model):
    data: tuple[Mapping[str, object], ...] = ()
    includes: _Includes = _Includes()
    errors: tuple[Problem, ...] = ()
    meta: _Meta = _Meta()


@dataclass(frozen=True)
class XPost:
    """A post of X with its number, its counts, and what of it could not be read."""

    number: int
    post: Post
    metrics: Mapping[str, int]
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class XPage:
    """One page of search results, newest first; ``next_token`` is empty on the last one."""

    posts: tuple[XPost, ...]
    problems: tuple[tuple[str, str], ...]
    next_token: str


_ANSWER = TypeAdapter(_Answer)


def parse_page(answer: object) -> XPage:
    """Read an answer of a search endpoint; a post that cannot be read is a problem, not a failure.

    Raises:
        SourceFormatError: The answer as a whole is not what X documents.
    """
    try:
        page = _ANSWER.validate_python(answer)
    except ValidationError as error:
        raise SourceFormatError(f"X answers what we do not understand: {_describe(error)}") from error
    users = {user.id: user for user in page.includes.users}
    media = {medium.media_key: medium for medium in page.includes.media}
    posts, problems = [], [problem.refusal for problem in page.errors]
    for item in page.data:
        try:
            posts.append(_build(Tweet.model_validate(item), users, media))
        except ValidationError as error:
            problems.append((f"x post {item.get('id', '?')}", _describe(error)))
    posts.sort(key=lambda post: post.number, reverse=True)
    return XPage(tuple(posts), tuple(problems), page.meta.next_token)


def choose_address(medium: Medium) -> str:
    """Return the address of the best file: the picture, or the MP4 with the highest bit rate; empty where there is none."""
    if medium.type == "photo":
        return medium.url
    files = [variant for variant in medium.variants if variant.content_type == "video/mp4" and variant.url]
    return max(files, key=lambda variant: variant.bit_rate).url if files else ""


def _build(tweet: Tweet, users: Mapping[str, User], media: Mapping[str, Medium]) -> XPost:
    user = users.get(tweet.author_id)
    account = user.username if user else ""
    url = f"https://x.com/{account or 'i/web'}/status/{tweet.id}"
    attachments, problems = [], []
    for key in tweet.attachments.media_keys:
        medium = media.get(key)
        address = choose_address(medium) if medium else ""
        if medium is None or not address:
            problems.append((url, f"X names the medium {key}, but gives no file of it"))
        else:
            is_photo = medium.type == "photo"
            attachments.append(Attachment(url=address, kind="image" if is_photo else "video", alt_text=medium.alt_text))
    post = Post(
        id="",
        platform="x",
        native_id=str(tweet.id),
        url=url,
        author=f"@{account}" if account else tweet.author_id,
        author_name=user.name if user else "",
        text=html.unescape(tweet.note_tweet.text or tweet.text),
        language=parse_language(tweet.lang),
        published_at=tweet.created_at.astimezone(UTC),
        attachments=tuple(attachments),
    )
    return XPost(tweet.id, name_post(post), tweet.public_metrics, tuple(problems))


def _describe(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:3])
