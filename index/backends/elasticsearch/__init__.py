"""The backend for a network of newsrooms: everything in Elasticsearch, exact, and shared by many processes."""

from index.backends.elasticsearch.access import DEFAULT_PREFIX, Access, split_address
from index.backends.elasticsearch.migration import Migrated, Migration, open_migration
from index.backends.elasticsearch.rights import is_enough, make_key, name_role, prepare
from index.backends.elasticsearch.snapshots import SnapshotKeeper
from index.backends.elasticsearch.store import ElasticsearchStore, open_elasticsearch

__all__ = [
    "DEFAULT_PREFIX",
    "Access",
    "ElasticsearchStore",
    "Migrated",
    "Migration",
    "SnapshotKeeper",
    "is_enough",
    "make_key",
    "name_role",
    "open_elasticsearch",
    "open_migration",
    "prepare",
    "split_address",
]
