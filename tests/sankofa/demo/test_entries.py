from pathlib import Path

import yaml

from sankofa.demo.entries import SOURCES, build_entries, list_sites, write_entries
from sankofa.demo.replay import Replay


def test_there_is_one_file_for_each_source_named_after_it(shared_replay: Replay, tmp_path: Path) -> None:
    files = write_entries(shared_replay, tmp_path / "catalogue")
    assert tuple(path.stem for path in files) == SOURCES
    for path in files:
        assert yaml.safe_load(path.read_text(encoding="utf-8")) == build_entries(shared_replay)[path.stem]


def test_entries_lead_to_the_open_replay(shared_replay: Replay) -> None:
    entries = build_entries(shared_replay)
    assert entries["demo-site"]["address"] == shared_replay.sitemap_url
    assert Path(entries["demo-posts"]["address"]).samefile(shared_replay.posts_file)


def test_the_site_speaks_for_every_publisher_of_the_record(shared_replay: Replay) -> None:
    sites = list_sites(shared_replay.case)
    assert {"fasocheck.org", "fr.allafrica.com", "benbere.org", "factuel.afp.com"} <= set(sites)
    assert all("." in site and "/" not in site for site in sites)
