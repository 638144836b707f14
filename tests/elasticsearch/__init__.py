"""A real Elasticsearch on loopback, without Docker, for tests and developers: ``python -m tests.elasticsearch --help``."""
