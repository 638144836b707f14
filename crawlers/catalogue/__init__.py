"""What can be collected: one YAML per publisher or watch list, and one per event under ``events/``.

Ours lie in this folder; a newsroom's own lie in the ``catalogue`` folder of its home and win over ours of the same name. An entry
is ``unverified`` until somebody has read its pages with this version and found them complete.
"""

from crawlers.catalogue.entries import EventEntry, FilesEntry, SourceEntry, WebEntry, XEntry
from crawlers.catalogue.loading import Catalogue, load_catalogue
from crawlers.catalogue.opening import Credentials, open_source

__all__ = [
    "Catalogue",
    "Credentials",
    "EventEntry",
    "FilesEntry",
    "SourceEntry",
    "WebEntry",
    "XEntry",
    "load_catalogue",
    "open_source",
]
