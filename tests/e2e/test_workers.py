"""Several collecting processes on one store in a real Elasticsearch share the work, and take over from one that was killed."""

import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawlers.sources.files import BATCH_POSTS
from index.backends.elasticsearch import Access, ElasticsearchStore, open_elasticsearch
from index.model import Capture, Lease, MediaItem, Post
from tests.e2e.runs import build_environment, run, start
from tests.pictures import draw_picture, save_picture

_PATIENCE_SECONDS = 120
_POSTS = BATCH_POSTS + 4


class Site:
    """Pictures on loopback: which were asked for how often; one that is held back is answered when it is let go."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self.counts: Counter[str] = Counter()
        self.asked: dict[str, threading.Event] = {}
        self.let_go = threading.Event()
        self._folder, self._lock = folder, threading.Lock()

    def hold_back(self, *names: str) -> None:
        self.asked = {name: threading.Event() for name in names}

    def answer(self, name: str) -> bytes:
        with self._lock:
            self.counts[name] += 1
        if name in self.asked:
            self.asked[name].set()
            assert self.let_go.wait(_PATIENCE_SECONDS)
        return (self._folder / name).read_bytes()

    def write_posts(self, name: str) -> Path:
        """Write a file of posts, each with a picture of its own."""
        rows = ["platform,id,url,author,text,language,published_at,media_urls"]
        for number in range(_POSTS):
            picture = f"{name}-{number}.png"
            save_picture(self._folder, picture, draw_picture(sum(name.encode()) * 100 + number, size=(160, 120)))
            said = f"x,{name}{number},{self.url}/{name}/{number},compte,Le pont {number},fr,2023-11-14T10:00:00Z"
            rows.append(f"{said},{self.url}/{picture}")
        file = self._folder / f"{name}.csv"
        file.write_text("\n".join(rows) + "\n", "utf-8")
        return file


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    site = Site(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.answer(self.path.strip("/"))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # who asked was killed
                self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield site
        site.let_go.set()
        server.shutdown()
        thread.join()


class Cluster:
    """The store, and the environment of each machine that works on it."""

    def __init__(self, store: ElasticsearchStore, folder: Path) -> None:
        self.store, self._folder = store, folder

    def machine(self, name: str) -> dict[str, str]:
        return build_environment(
            home=str(self._folder / name),
            store=self.store.url,
            vault=str(self._folder / "vault"),
            allowed_networks="127.0.0.0/8",
            read_text="false",
        )

    def require_whole(self, posts: int) -> None:
        """Everything was kept, once, with its original."""
        assert [self.store.count(kind) for kind in (Post, Capture, MediaItem)] == [posts] * 3
        assert all(not lease.holder for lease in self.store.iter_records(Lease))
        checked = run(["store", "check", "--json"], self.machine("inspector"))
        assert json.loads(checked.stdout)["problems"] == []


@pytest.fixture
def cluster(elasticsearch_url: str, elasticsearch_prefix: str, tmp_path: Path) -> Iterator[Cluster]:
    store = open_elasticsearch(Access(url=elasticsearch_url), prefix=elasticsearch_prefix)
    yield Cluster(store, tmp_path)
    store.close()


def test_two_that_collect_the_same_sources_share_them_and_do_nothing_twice(site: Site, cluster: Cluster) -> None:
    one, other = site.write_posts("one"), site.write_posts("other")
    site.hold_back("one-0.png", "other-0.png")
    with (
        working(["collect", "--json", one, other], cluster.machine("a")) as first,
        working(["collect", "--json", other, one], cluster.machine("b")) as second,
    ):
        assert all(asked.wait(_PATIENCE_SECONDS) for asked in site.asked.values())  # each is at work on its own
        site.let_go.set()
        said = [worker.communicate(timeout=_PATIENCE_SECONDS) for worker in (first, second)]

    rows = [json.loads(line) for out, _ in said for line in out.splitlines()]
    assert sum(row["new_posts"] for row in rows) == 2 * _POSTS
    assert all(row["error"] is None or "is being done by process" in row["error"] for row in rows), said
    assert set(site.counts.values()) == {1}
    cluster.require_whole(2 * _POSTS)


def test_the_work_of_one_that_was_killed_is_taken_over_when_its_lease_has_ended(site: Site, cluster: Cluster) -> None:
    file, last = site.write_posts("one"), f"one-{_POSTS - 1}.png"
    site.hold_back(last)
    with working(["collect", file], cluster.machine("a")) as killed:
        assert site.asked[last].wait(_PATIENCE_SECONDS)  # in the middle of its second batch
        refused = run(["collect", "--json", str(file)], cluster.machine("b"))
        assert f"is being done by process {killed.pid} on" in json.loads(refused.stdout)["error"]

        os.killpg(killed.pid, signal.SIGKILL)
        site.let_go.set()
        # Nobody has asked for its end yet, so that the system still knows its number: it might be at work, as one elsewhere.
        taken_over = run(["collect", "--json", str(file)], cluster.machine("b"))

    row = json.loads(taken_over.stdout)
    assert (taken_over.returncode, row["error"], row["new_posts"]) == (0, None, _POSTS - BATCH_POSTS)
    first_batch = [site.counts[f"one-{number}.png"] for number in range(BATCH_POSTS)]
    assert first_batch == [1] * BATCH_POSTS
    assert len(site.counts) == _POSTS
    cluster.require_whole(_POSTS)


@contextmanager
def working(arguments: list[object], environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Run a command beside this process; it and its children are gone when the block ends."""
    process = start([str(word) for word in arguments], environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
