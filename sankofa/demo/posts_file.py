"""The file of posts from platforms without an API, as a newsroom would keep it by hand: CSV, and media beside it."""

import csv
import shutil
from collections.abc import Mapping
from datetime import UTC
from io import StringIO
from pathlib import Path

from sankofa.demo.record import Case, ReplayedPost

COLUMNS = (
    "platform", "id", "url", "author", "author_name", "title", "text", "language", "country", "published_at", "media",
    "media_urls",
)  # fmt: skip
POSTS_NAME = "posts.csv"
MEDIA_FOLDER = "posts-media"


def write_posts_file(case: Case, files: Mapping[str, Path], folder: Path) -> Path:
    """Write every post that is not on X into ``posts.csv`` in *folder*, with copies of its media; return the file.

    *files* are the stand-ins by key. ``media`` are paths relative to the file, ``;`` between them. Addresses end in
    ``.example``, which RFC 2606 keeps free for ever.
    """
    target = folder / MEDIA_FOLDER
    target.mkdir(parents=True, exist_ok=True)
    posts = sorted(
        (post for post in case.posts if post.platform != "x"), key=lambda post: (post.published_at, post.key)
    )
    for key in {key for post in posts for key in post.media}:
        shutil.copyfile(files[key], target / files[key].name)
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_build_row(post, files) for post in posts)
    path = folder / POSTS_NAME
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def _build_row(post: ReplayedPost, files: Mapping[str, Path]) -> dict[str, str]:
    return {
        "platform": post.platform,
        "id": post.key,
        "url": f"https://{post.platform}.example/{post.author}/{post.key}",
        "author": post.author,
        "author_name": post.author_name,
        "title": post.title,
        "text": post.text,
        "language": post.language,
        "country": post.country or "",
        "published_at": post.published_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "media": ";".join(f"{MEDIA_FOLDER}/{files[key].name}" for key in post.media),
        "media_urls": "",
    }
