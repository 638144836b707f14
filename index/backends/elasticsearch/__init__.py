"""The backend for a network of newsrooms: everything in Elasticsearch, exact, and shared by many processes."""

from index.backends.elasticsearch.connection import Access
from index.backends.elasticsearch.store import ElasticsearchStore, open_elasticsearch

__all__ = ["Access", "ElasticsearchStore", "open_elasticsearch"]
