"""On a real Elasticsearch claims know the verdicts on them, wherever a process died and whatever brought the store here."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from index.backends.elasticsearch import (
    Access,
    ElasticsearchStore,
    condition,
    indices,
    migration,
    open_elasticsearch,
    records,
)
from index.backends.elasticsearch.connection import Body
from index.backends.elasticsearch.migration import Migration, open_migration
from index.backends.elasticsearch.verdicts import Verdicts
from index.errors import StoreFormatError
from index.model import Claim, Verdict
from index.query import ClaimQuery
from index.ratings import Rating
from index.store import Store
from tests.contracts.records import build_claim, build_verdict
from tests.contracts.store_search import find, keep_claims
from tests.contracts.store_verdicts import AFP, DESK, claim_id

FALSE = build_verdict(1, claim_id(1), AFP, Rating.FALSE, revision=1)
MIXED = build_verdict(1, claim_id(1), AFP, Rating.MIXED, status="corrected")


@pytest.fixture
def access(elasticsearch_url: str) -> Access:
    return Access(url=elasticsearch_url)


@pytest.fixture
def store(access: Access, elasticsearch_prefix: str) -> Iterator[ElasticsearchStore]:
    opened = open_elasticsearch(access, prefix=elasticsearch_prefix)
    keep_claims(opened, build_claim(1, "Kidal"), build_claim(2, "Gao"))
    yield opened
    opened.close()


@pytest.fixture
def other(access: Access, elasticsearch_prefix: str, store: Store) -> Iterator[ElasticsearchStore]:
    """The same store, opened by somebody else."""
    opened = open_elasticsearch(access, prefix=elasticsearch_prefix)
    yield opened
    opened.close()


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def count(store: Store) -> dict[str, int]:
    return dict(store.count_claims(ClaimQuery()).ratings)


@pytest.mark.parametrize("where", ["_tell", "_tell_claims", "_update"])
def test_whoever_asks_tells_the_claims_what_a_process_that_died_did_not(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Verdicts, where, die)
        with pytest.raises(KeyboardInterrupt):
            store.revise(FALSE, expected_revision=0)
        with pytest.raises(KeyboardInterrupt):
            store.add_revisions([build_verdict(2, claim_id(2), DESK, Rating.FALSE, revision=1)])

    assert count(other) == {"false": 2}
    assert find(store, "", ratings=(Rating.FALSE,), publishers=(DESK,)) == [claim_id(2)]


def test_a_correction_that_a_process_died_over_is_found_by_the_filter_alone(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.revise(FALSE, expected_revision=0)
    with monkeypatch.context() as patch:
        patch.setattr(Verdicts, "_tell_claims", die)
        with pytest.raises(KeyboardInterrupt):
            store.revise(MIXED, expected_revision=1)

    assert find(other, "", ratings=(Rating.MIXED,)) == [claim_id(1)]
    assert find(other, "", ratings=(Rating.FALSE,)) == []


def test_a_claim_that_was_left_behind_twice_loses_a_verdict_that_went_elsewhere(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_claims(store, build_claim(3, "Tessalit"))
    store.revise(FALSE, expected_revision=0)
    with monkeypatch.context() as patch:
        patch.setattr(Verdicts, "_tell_claims", die)
        for number in (2, 3):
            moved = build_verdict(1, claim_id(number), AFP, Rating.FALSE)
            with pytest.raises(KeyboardInterrupt):
                store.revise(moved, expected_revision=number - 1)

    assert find(other, "", ratings=(Rating.FALSE,)) == [claim_id(3)]


def test_what_is_told_late_replaces_nothing_newer(
    store: ElasticsearchStore, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first teller has read the verdict as it was, and stops before it tells; a correction overtakes it."""
    real = Verdicts._tell_claims

    def overtaken(self: Verdicts, said: dict[str, list[Body]]) -> set[str]:
        monkeypatch.setattr(Verdicts, "_tell_claims", real)
        other.revise(MIXED, expected_revision=1)
        return real(self, said)

    monkeypatch.setattr(Verdicts, "_tell_claims", overtaken)
    store.revise(FALSE, expected_revision=0)

    assert count(store) == {"mixed": 1}


def test_a_claim_that_is_revised_while_it_is_told_has_both(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Verdicts._update

    def overtaken(self: Verdicts, *given: object) -> object:
        monkeypatch.setattr(Verdicts, "_update", real)
        other.revise(build_claim(1, "Ménaka"), expected_revision=1)
        return real(self, *given)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Verdicts, "_update", overtaken)
    store.revise(FALSE, expected_revision=0)

    assert find(store, "Ménaka", ratings=(Rating.FALSE,)) == [claim_id(1)]


def test_nothing_is_left_to_tell_once_a_verdict_is_kept(
    store: ElasticsearchStore, elasticsearch_client: Elasticsearch, elasticsearch_prefix: str
) -> None:
    store.revise(FALSE, expected_revision=0)
    store.add_revisions([build_verdict(n, claim_id(2), DESK, Rating.MIXED, revision=1) for n in range(2, 40)])

    untold = {"exists": {"field": "untold"}}
    index = f"{elasticsearch_prefix}-verdict"
    elasticsearch_client.indices.refresh(index=index)
    assert elasticsearch_client.count(index=index)["count"] == 39
    assert elasticsearch_client.count(index=index, query=untold)["count"] == 0


def test_new_indices_keep_what_claims_were_told_and_what_they_were_not(
    access: Access, store: Store, elasticsearch_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.revise(FALSE, expected_revision=0)
    store.revise(build_verdict(2, claim_id(9), DESK, Rating.SATIRE), expected_revision=0)
    with monkeypatch.context() as patch:
        patch.setattr(Verdicts, "_tell_claims", die)
        with pytest.raises(KeyboardInterrupt):
            store.revise(build_verdict(3, claim_id(2), DESK, Rating.MIXED), expected_revision=0)

    with open_migration(access, elasticsearch_prefix) as opened:
        opened.run(again=True)

    assert count(store) == {"false": 1, "mixed": 1}
    keep_claims(store, build_claim(9, "Ménaka"))
    store.revise(build_claim(1, "Kidal, autrement"), expected_revision=1)
    assert count(store) == {"false": 1, "mixed": 1, "satire": 1}


def test_an_older_version_that_would_tell_is_told_that_it_is_older(
    access: Access, store: Store, elasticsearch_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(Verdicts, "_tell_claims", die)
        with pytest.raises(KeyboardInterrupt):
            store.revise(FALSE, expected_revision=0)
        version = indices.VERSION + 1
        for module in (indices, condition, migration):
            newer.setattr(module, "VERSION", version)
        newer.setattr(Verdicts, "tell_all", lambda *_: None)
        with open_migration(access, elasticsearch_prefix) as opened:
            opened.run()

    with pytest.raises(StoreFormatError, match="newer"):
        store.count_claims(ClaimQuery())


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_store_of_the_first_version_is_brought_here_with_its_verdicts(
    access: Access,
    elasticsearch_client: Elasticsearch,
    elasticsearch_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    interrupted: bool,
) -> None:
    with monkeypatch.context() as older:
        for module in (indices, condition, migration):
            older.setattr(module, "VERSION", 1)
        older.setattr(Verdicts, "tell", lambda *_: None)
        store = open_elasticsearch(access, prefix=elasticsearch_prefix)
        keep_claims(store, build_claim(1, "Kidal"), build_claim(2, "Gao"))
        store.revise(FALSE, expected_revision=0)
        store.revise(MIXED, expected_revision=1)
        store.close()
    _forget_untold(elasticsearch_client, elasticsearch_prefix)
    with pytest.raises(StoreFormatError, match="store migrate"):
        open_elasticsearch(access, prefix=elasticsearch_prefix)

    with monkeypatch.context() as patch, open_migration(access, elasticsearch_prefix) as opened:
        if interrupted:
            patch.setattr(Verdicts, "tell_all", die)
            with pytest.raises(KeyboardInterrupt):
                opened.run()
        else:
            assert _run_and_drop(opened) == 1

    new = open_elasticsearch(access, prefix=elasticsearch_prefix)
    assert count(new) == {"mixed": 1}
    assert new.count(Claim) == 2
    assert len(new.get_history(Verdict, FALSE.id)) == 2
    new.close()


def _run_and_drop(opened: Migration) -> int:
    """Returns how many verdicts were brought over."""
    brought = {new: number for _, new, number in opened.run()}
    opened.drop_old()
    return next(number for new, number in brought.items() if "-verdict-" in new)


def _forget_untold(client: Elasticsearch, prefix: str) -> None:
    """Make the verdicts what the first version wrote."""
    client.indices.refresh(index=f"{prefix}-verdict")
    hits = client.search(index=f"{prefix}-verdict", size=records.PAGE)["hits"]["hits"]
    for hit in hits:
        source = {key: value for key, value in hit["_source"].items() if key != "untold"}
        client.index(index=hit["_index"], id=hit["_id"], document=source)
