"""Indices are made new on a real Elasticsearch while others write, and an interruption at any point loses nothing."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import Access, ElasticsearchStore, condition, indices, migration, open_elasticsearch
from index.backends.elasticsearch.rebuilding import Rebuilding
from index.documents import get_mark
from index.errors import LeaseTakenError, StoreError, StoreFormatError
from index.leases import hold
from index.model import BankEntry, Claim, Post
from index.names.gazetteer import Gazetteer, NameList, iter_shipped, list_shipped, use_names
from index.names.rows import parse_rows
from index.query import ClaimQuery, TextQuery
from index.store import Store
from tests.contracts.records import build_claim, build_code, build_entry, build_post, build_words_entry

Listing = Callable[[], dict[str, list[str]]]

NEWER = indices.VERSION + 1
WRITTEN = f"post{indices.name_edition(indices.VERSION, get_mark())}"


@pytest.fixture
def access(elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Access:
    monkeypatch.setattr(migration, "hold", partial(hold, seconds=3))
    return Access(url=elasticsearch_url)


@pytest.fixture
def store(access: Access, elasticsearch_prefix: str) -> Iterator[ElasticsearchStore]:
    """A store with something of each kind of index."""
    opened = open_elasticsearch(access, prefix=elasticsearch_prefix)
    opened.add([build_post(number, f"texte {number}") for number in range(30)])
    opened.add([build_entry(1, build_code(5)), build_words_entry(2, "aaaa", "bbbb")])
    for revision in range(3):
        opened.revise(
            build_claim(1, f"affirmation {revision}"), expected_revision=revision, entry=f"{revision}".encode()
        )
    yield opened
    opened.close()


@pytest.fixture
def list_indices(elasticsearch_client: Elasticsearch, elasticsearch_prefix: str) -> Listing:
    """List the indices of posts, and the aliases of each, without the prefix."""
    cut = len(elasticsearch_prefix) + 1

    def list_them() -> dict[str, list[str]]:
        found = elasticsearch_client.indices.get_alias(index=f"{elasticsearch_prefix}-post-v*")
        return {index[cut:]: sorted(alias[cut:] for alias in entry["aliases"]) for index, entry in found.items()}

    return list_them


def require_whole(store: Store) -> None:
    """Everything of the fixture is found in every way."""
    assert [post.id for post in store.iter_records(Post)][:30] == [f"P-{number:04d}" for number in range(30)]
    assert [claim.text for claim in store.get_history(Claim, "C-2023-0001")][:3] == [
        f"affirmation {n}" for n in range(3)
    ]
    assert [hit.entry_id for hit in store.find_fingerprints("pdq", [build_code(4)], radius_bits=31, bank="known")] == [
        build_entry(1, build_code(5)).id
    ]
    assert len(store.find_features(["aaaa"], limit=5, bank="known")) == 1
    assert store.find_claims(ClaimQuery(text=TextQuery(words="affirmation"))).total == 1
    assert store.read_log(0, 9) == (b"0", b"1", b"2")


@contextmanager
def migrating(access: Access, store: ElasticsearchStore) -> Iterator[migration.Migration]:
    with migration.open_migration(access, store.url.rpartition("/")[2]) as opened:
        yield opened


def migrate(access: Access, store: ElasticsearchStore, **options: Any) -> migration.Migrated:
    with migrating(access, store) as opened:
        return opened.run(**options)


@contextmanager
def writing(store: Store) -> Iterator[tuple[list[str], list[int]]]:
    """Write from three threads; yields what was acknowledged: posts, and revisions of one claim."""
    posts: list[str] = []
    revisions = [3]
    ended = threading.Event()

    def add(start: int) -> None:
        for number in range(start, start + 5_000):
            if ended.is_set():
                return
            post = build_post(number, f"pendant {number}")
            store.add([post, build_entry(number, build_code((2**200 - 1) ^ number))])
            posts.append(post.id)

    def revise() -> None:
        while not ended.is_set():
            claim = build_claim(1, f"affirmation {revisions[-1]}")
            revisions.append(store.revise(claim, expected_revision=revisions[-1]).revision)

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(add, 1_000), pool.submit(add, 6_000), pool.submit(revise)]
        try:
            yield posts, revisions
        finally:
            ended.set()
        for writer in writers:
            writer.result()


def test_writers_go_on_and_nothing_that_was_acknowledged_is_lost(
    access: Access, store: ElasticsearchStore, list_indices: Listing
) -> None:
    with writing(store) as (posts, revisions):
        for _ in range(2):
            migrate(access, store, again=True)

    assert len(posts) > 10
    assert len(store.get_many(Post, posts)) == len(posts)
    assert len(store.get_history(Claim, "C-2023-0001")) == max(revisions)
    assert store.count(BankEntry) == len(posts) + 2
    require_whole(store)
    assert list_indices() == {"post-v0001": [], "post-v0002": [], "post-v0003": ["post", WRITTEN]}

    with migrating(access, store) as opened:
        assert opened.undo() == ()
        opened.drop_old()
    assert list_indices() == {"post-v0003": ["post", WRITTEN]}
    require_whole(store)


def test_what_is_up_to_date_is_left_alone(access: Access, store: ElasticsearchStore, list_indices: Listing) -> None:
    assert migrate(access, store) == ()
    assert list_indices() == {"post-v0001": ["post", WRITTEN]}


@pytest.mark.parametrize("broken", ["copy_changes", "require_same", "_remember"])
def test_an_interruption_harms_nobody_and_is_gone_on_with_or_undone(
    access: Access, store: ElasticsearchStore, list_indices: Listing, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for undo in (True, False):
        with monkeypatch.context() as patch:
            patch.setattr(Rebuilding, broken, interrupt)
            with pytest.raises(KeyboardInterrupt):
                migrate(access, store, again=True)
        store.add([build_post(100 + undo, "danach")])
        require_whole(store)
        assert list_indices() == {"post-v0001": ["post", WRITTEN], "post-v0002": []}
        if undo:
            with migrating(access, store) as opened:
                assert len(opened.undo()) > 3
            assert list_indices() == {"post-v0001": ["post", WRITTEN]}

    assert migrate(access, store)  # goes on without being told to make everything new
    assert list_indices() == {"post-v0001": [], "post-v0002": ["post", WRITTEN]}
    require_whole(store)
    assert store.count(Post) == 32


def test_a_process_that_died_while_writers_wait_is_taken_over(
    access: Access, store: ElasticsearchStore, list_indices: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migration.Migration, "_let_write", lambda *_: None)
        patch.setattr(migration.Migration, "_build_actions", die)
        with pytest.raises(KeyboardInterrupt):
            migrate(access, store, again=True)

    writer = threading.Thread(target=lambda: store.add([build_post(500, "wartet")]))
    writer.start()
    migrate(access, store)
    writer.join(60)

    assert not writer.is_alive()
    assert store.count(Post) == 31
    require_whole(store)


def test_what_a_process_that_died_left_on_indices_in_use_is_taken_away(
    access: Access, store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    index = f"{elasticsearch_prefix}-post-v0001"
    meta = {"product": "sankofa", "version": indices.VERSION}
    elasticsearch_client.indices.put_mapping(index=index, meta={**meta, indices.BUILDING: "backup"})
    elasticsearch_client.indices.add_block(index=index, block="write")

    assert migrate(access, store) == ()

    assert elasticsearch_client.indices.get_mapping(index=index)[index]["mappings"]["_meta"] == meta
    assert store.add([build_post(100, "danach")]) == {"P-0100"}


def test_a_write_that_was_refused_just_before_its_index_was_let_go_is_made(
    store: ElasticsearchStore,
    elasticsearch_client: Elasticsearch,
    elasticsearch_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = f"{elasticsearch_prefix}-post-v0001"

    def end(*_: object) -> bool:
        elasticsearch_client.indices.put_settings(index=index, settings={"index.blocks.write": None})
        return False

    monkeypatch.setattr(indices.Indices, "_is_moving", end)
    elasticsearch_client.indices.add_block(index=index, block="write")

    assert store.add([build_post(100, "danach")]) == {"P-0100"}


def test_two_migrations_at_once_cannot_happen(access: Access, store: ElasticsearchStore, list_indices: Listing) -> None:
    with migrating(access, store), pytest.raises(LeaseTakenError):
        migrate(access, store)


def test_a_copy_that_says_something_else_is_never_used(
    access: Access, store: ElasticsearchStore, list_indices: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = migration_rebuild()

    def damage(name: str, source: Any) -> Any:
        rebuilt = real(name, source)
        return {**rebuilt, "body": rebuilt["body"].replace("texte 7", "texte 8")} if name == "post" else rebuilt

    monkeypatch.setattr("index.backends.elasticsearch.rebuilding.rebuild", damage)
    with pytest.raises(StoreError, match="does not hold what"):
        migrate(access, store, again=True)

    store.add([build_post(100, "danach")])
    require_whole(store)
    assert list_indices()["post-v0001"] == ["post", WRITTEN]


def migration_rebuild() -> Any:
    from index.backends.elasticsearch.rebuilding import rebuild

    return rebuild


def test_a_new_schema_arrives_and_an_older_version_is_told_so(
    access: Access,
    store: ElasticsearchStore,
    list_indices: Listing,
    elasticsearch_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as newer:
        for module in (indices, condition, migration):
            newer.setattr(module, "VERSION", NEWER)
        with pytest.raises(StoreFormatError, match="store migrate"):
            open_elasticsearch(access, prefix=elasticsearch_prefix)

        assert migrate(access, store)

        new = open_elasticsearch(access, prefix=elasticsearch_prefix)
        new.add([build_post(100, "neu")])
        require_whole(new)
        new.close()

    assert store.get(Post, "P-0100").text == "neu"
    with pytest.raises(StoreFormatError, match="newer"):
        store.add([build_post(101, "alt")])
    with pytest.raises(StoreFormatError, match="newer version"):
        migrate(access, store)
    assert list_indices() == {
        "post-v0001": [],
        "post-v0002": ["post", f"post{indices.name_edition(NEWER, get_mark())}"],
    }


def test_no_older_state_replaces_a_newer_one_when_a_pass_is_done_again(
    access: Access, store: ElasticsearchStore, list_indices: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[int] = []
    real = Rebuilding.copy_changes

    def revise_between(self: Rebuilding, *given: Any, **options: Any) -> list[str]:
        changed = real(self, *given, **options)
        if self.name == "claim" and not passes:
            passes.append(1)
            store.revise(build_claim(1, "affirmation neueste"), expected_revision=3)
            self.copied_to = {}
        return changed

    monkeypatch.setattr(Rebuilding, "copy_changes", revise_between)
    migrate(access, store, again=True)

    assert store.get(Claim, "C-2023-0001").text == "affirmation neueste"
    require_whole(store)


def test_texts_that_were_read_with_other_names_are_read_anew_by_a_migration(
    access: Access, store: ElasticsearchStore, elasticsearch_prefix: str
) -> None:
    rows = parse_rows(["id,kind,fr\n", "radio-tamani,organisation,Affirmation Radio\n"], "own")
    use_names(NameList("0" * 64, lambda: Gazetteer([*iter_shipped(), *rows])))
    with pytest.raises(StoreFormatError, match=r"names_file.*store migrate"):
        open_elasticsearch(access, prefix=elasticsearch_prefix)

    assert [old.rpartition("-v")[0].rpartition("-")[2] for old, _, _ in migrate(access, store)] == ["claim", "post"]

    new = open_elasticsearch(access, prefix=elasticsearch_prefix)
    new.revise(build_claim(1, "Affirmation Radio"), expected_revision=3)
    assert [hit.claim.id for hit in new.find_claims(ClaimQuery(actors=("radio-tamani",))).hits] == ["C-2023-0001"]
    new.close()

    use_names(list_shipped())
    with pytest.raises(StoreFormatError, match="names_file"):
        store.revise(build_claim(1, "Affirmation ancienne"), expected_revision=4)
    assert migrate(access, store)
    store.revise(build_claim(1, "Affirmation ancienne"), expected_revision=4)
    require_whole(store)
