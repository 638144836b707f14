"""The catalogue entries through which production code finds the replay, as YAML for the home of the demonstration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from sankofa.demo.record import Case
from sankofa.demo.replay import Replay

X_SOURCE, SITE_SOURCE, POSTS_SOURCE = "demo-x", "demo-site", "demo-posts"
SOURCES = (X_SOURCE, SITE_SOURCE, POSTS_SOURCE)
"""The names of the three sources, in the order in which they are best collected."""

_WORDS = ("Kidal", "Aguelhoc", "كيدال", "Djibo", "Niamey", "Wagner")


def list_sites(case: Case) -> tuple[str, ...]:
    """Return the hosts of the real checks, for which the replayed site speaks, sorted."""
    return tuple(sorted({urlsplit(check.url).netloc for claim in case.claims for check in claim.checks}))


def build_entries(replay: Replay) -> Mapping[str, Mapping[str, Any]]:
    """Build the entries by name; addresses hold for as long as *replay* is open."""
    note = "Replayed on the loopback for the demonstration."
    return {
        X_SOURCE: {
            "name": X_SOURCE,
            "title": "[demo] X",
            "kind": "x",
            "options": {"search": "all", "words": list(_WORDS)},
            "note": note,
        },
        SITE_SOURCE: {
            "name": SITE_SOURCE,
            "title": "[demo] Vérifications",
            "kind": "web",
            "address": replay.sitemap_url,
            "languages": ["fr"],
            "options": {
                "listing": "sitemap",
                "path": "/verifications/",
                "delay_seconds": 0,
                "speaks_for": list(list_sites(replay.case)),
            },
            "note": note,
        },
        POSTS_SOURCE: {
            "name": POSTS_SOURCE,
            "title": "[demo] Facebook, TikTok, WhatsApp, Telegram, YouTube",
            "kind": "files",
            "address": str(replay.posts_file.resolve()),
            "note": note,
        },
    }


def write_entries(replay: Replay, folder: Path) -> tuple[Path, ...]:
    """Write the entries into *folder*, one YAML each, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, entry in build_entries(replay).items():
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False), encoding="utf-8")
        files.append(path)
    return tuple(files)
