"""Opening a source by its name or file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.catalogue import Credentials, load_catalogue, open_source
from crawlers.errors import CredentialsMissingError, SourceUnknownError
from crawlers.guard import FetchLimits, GuardedFetcher
from crawlers.source import CollectRequest
from crawlers.sources.files import FileSource
from crawlers.sources.web import WebSource
from crawlers.sources.x import XSource
from tests.crawlers.servers import LOOPBACK, serve
from tests.crawlers.site_world import Site, build_article
from tests.crawlers.x_world import World, build_tweet, number_of

FETCHER = GuardedFetcher(FetchLimits(100_000, 10), LOOPBACK)


def test_each_kind_is_opened_under_its_name() -> None:
    catalogue = load_catalogue()
    x = open_source("x-recent", catalogue=catalogue, fetcher=FETCHER)
    web = open_source("benbere", catalogue=catalogue, fetcher=FETCHER)
    assert (type(x), x.name) == (XSource, "x-recent")
    assert (type(web), web.name) == (WebSource, "benbere")
    assert "tweepy" in x.tool
    assert "Scrapy" in web.tool


def test_a_file_is_opened_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("id,text\n1,number 1\n", encoding="utf-8")
    source = open_source(str(path), catalogue=load_catalogue(), fetcher=FETCHER)
    assert isinstance(source, FileSource)
    [batch] = source.iter_batches(CollectRequest(), "")
    assert [item.post.native_id for item in batch.items] == ["1"]


def test_a_file_of_the_catalogue_is_opened_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "desk-file.yaml").write_text("name: desk-file\nkind: files\naddress: posts.jsonl\n", encoding="utf-8")
    (tmp_path / "posts.jsonl").write_text('{"id": 1, "text": "a"}\n', encoding="utf-8")
    source = open_source("desk-file", catalogue=load_catalogue([tmp_path]), fetcher=FETCHER)
    assert source.name == "desk-file"
    assert len(list(source.iter_batches(CollectRequest(), ""))) == 1


def test_what_is_neither_a_name_nor_a_file_of_posts_is_unknown(tmp_path: Path) -> None:
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(b"x")
    for name in ("nowhere", str(tmp_path / "none.csv"), str(tmp_path), str(picture)):
        with pytest.raises(SourceUnknownError):
            open_source(name, catalogue=load_catalogue(), fetcher=FETCHER)


def test_a_missing_key_is_an_error_only_when_it_is_needed() -> None:
    source = open_source("x-recent", catalogue=load_catalogue(), fetcher=FETCHER)
    with pytest.raises(CredentialsMissingError):
        list(source.iter_batches(CollectRequest(words=("a",)), ""))


def test_a_key_is_not_shown_when_credentials_are_printed() -> None:
    assert "secret" not in repr(Credentials(x_bearer_token="secret"))


def test_x_is_asked_where_the_credentials_say(tmp_path: Path) -> None:
    world = World()
    with serve(world.respond) as server:
        credentials = Credentials(x_bearer_token="secret", x_api_base=server.url)
        entry = "name: watch\nkind: x\nlanguages: [fr]\noptions: {search: all, words: [Kidal], accounts: [RFI]}\n"
        (tmp_path / "watch.yaml").write_text(entry, encoding="utf-8")
        source = open_source("watch", catalogue=load_catalogue([tmp_path]), fetcher=FETCHER, credentials=credentials)
        assert list(source.iter_batches(CollectRequest(), "")) == []
    assert (world.asked[0]["path"], world.asked[0]["query"]) == (
        "/2/tweets/search/all",
        "Kidal from:RFI lang:fr -is:retweet",
    )


def test_the_options_of_a_site_are_used(tmp_path: Path) -> None:
    site = Site()
    with serve(site.respond) as server:
        site.url = server.url
        head = '<link rel="canonical" href="https://publisher.example/checks/a">'
        site.add("/checks/a", build_article("number 1", head=head, language=""))
        site.add("/other", build_article("number 2"))
        entry = f"""
name: my-site
kind: web
address: {server.url}/sitemap.xml
languages: [fr]
country: ML
options: {{listing: sitemap, path: /checks/, delay_seconds: 0, speaks_for: [publisher.example]}}
"""
        (tmp_path / "my-site.yaml").write_text(entry, encoding="utf-8")
        source = open_source("my-site", catalogue=load_catalogue([tmp_path]), fetcher=FETCHER)
        [batch] = source.iter_batches(CollectRequest(), "")
    [item] = batch.items
    assert (item.post.url, item.post.author) == ("https://publisher.example/checks/a", "publisher.example")
    assert (item.post.language, item.post.country) == ("fr", "ML")
    assert item.capture_url.endswith("/checks/a")
    assert item.capture_url.startswith(server.url)


def test_numbers_of_the_tiny_x_are_those_of_x() -> None:
    # The number and moment of a post that X's own documentation shows: 1212092628029698048, 2019-12-31T19:26:16.000Z.
    assert abs(number_of(datetime(2019, 12, 31, 19, 26, 16, tzinfo=UTC)) - 1212092628029698048) < 1000 << 22
    assert build_tweet(datetime(2019, 12, 31, tzinfo=UTC), "a")["created_at"] == "2019-12-31T00:00:00.000Z"
