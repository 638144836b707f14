"""The embedded backend: one SQLite file, for one machine and several processes. ``apsw`` occurs here only."""

from index.backends.embedded.backup import FileKeeper
from index.backends.embedded.store import EmbeddedStore, open_embedded

__all__ = ["EmbeddedStore", "FileKeeper", "open_embedded"]
