"""The catalogue: ours, and a newsroom's own."""

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.catalogue import Catalogue, FilesEntry, WebEntry, XEntry, load_catalogue
from crawlers.catalogue.loading import BUILT_IN
from crawlers.errors import SourceFormatError, SourceUnknownError
from crawlers.posts import is_wanted
from crawlers.source import CollectRequest
from index.model import Post


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


SITE = "name: my-site\nkind: web\naddress: https://example.org/sitemap.xml\n"


def test_our_own_entries_load_and_say_that_they_are_unverified() -> None:
    catalogue = load_catalogue()
    assert {"x-recent", "benbere", "fasocheck", "africa-check", "afp-factuel", "studio-tamani"} <= set(
        catalogue.sources
    )
    assert {entry.status for entry in catalogue.sources.values()} == {"unverified"}
    for entry in catalogue.sources.values():
        if isinstance(entry, WebEntry):
            assert urlsplit(entry.address).scheme == "https"
            assert entry.options.delay_seconds >= 1


def test_every_file_of_ours_is_loaded() -> None:
    catalogue = load_catalogue()
    assert len(list(BUILT_IN.glob("*.yaml"))) == len(catalogue.sources)
    assert len(list((BUILT_IN / "events").glob("*.yaml"))) == len(catalogue.events)


def test_the_kidal_event_has_names_and_words_in_three_languages() -> None:
    event = load_catalogue().find_event("kidal-tunnels-2023")
    assert event is not None
    assert [name.language for name in event.names] == ["fr", "en", "ar"]
    assert (event.id, event.countries, event.languages) == ("kidal-tunnels-2023", ("ML",), ("fr", "en", "ar"))
    assert (event.starts_on, event.ends_on) == (date(2023, 10, 1), date(2023, 12, 15))
    assert event.sources
    request = CollectRequest(words=event.words)
    for text in ("Un TUNNEL découvert à Kidal", "Kidal bunker", "أنفاق في كِيدَال", "le tunnel d'Aguelhok"):
        assert is_wanted(request, Post(id="", platform="x", native_id="1", url="", author="", text=text))
    assert not is_wanted(request, Post(id="", platform="x", native_id="1", url="", author="", text="Le métro de Paris"))


def test_a_newsrooms_own_entries_stand_beside_ours_and_win(tmp_path: Path) -> None:
    write(tmp_path, "my-site.yaml", SITE)
    write(tmp_path, "benbere.yml", "name: benbere\nkind: web\naddress: https://example.org/b\nstatus: verified\n")
    write(tmp_path, "desk-file.yaml", "name: desk-file\nkind: files\naddress: data/posts.csv\n")
    write(tmp_path, "watch.yaml", "name: watch\nkind: x\noptions: {search: all, accounts: [RFI], words: [Kidal]}\n")
    write(tmp_path, "events/flood.yaml", "name: flood\nnames: {fr: Crue}\nsources: [my-site, x-recent]\n")
    catalogue = load_catalogue([tmp_path, tmp_path / "missing"])
    assert catalogue.get_source("benbere").status == "verified"
    desk_file, watch = catalogue.get_source("desk-file"), catalogue.get_source("watch")
    assert isinstance(desk_file, FilesEntry)
    assert desk_file.address == str(tmp_path / "data" / "posts.csv")
    assert isinstance(watch, XEntry)
    assert (watch.options.search, watch.options.accounts, watch.options.words) == ("all", ("RFI",), ("Kidal",))
    assert catalogue.find_event("flood") is not None
    assert {"flood", "kidal-tunnels-2023", "my-site", "x-recent"} <= set(catalogue.iter_names())
    assert list(catalogue.iter_names()) == sorted(catalogue.iter_names())


def test_a_later_folder_wins(tmp_path: Path) -> None:
    for number in (1, 2):
        write(tmp_path / str(number), "my-site.yaml", SITE.replace("example.org", f"example{number}.org"))
    assert "example2" in load_catalogue([tmp_path / "1", tmp_path / "2"]).get_source("my-site").model_dump()["address"]


BAD = [
    (SITE + "colour: red\n", "colour"),
    (SITE + "options: {delay: 1}\n", r"options\.delay"),
    (SITE + "options: {delay_seconds: -1}\n", "delay_seconds"),
    (SITE + "options: {path: checks}\n", "path"),
    (SITE + "country: Mali\n", "country"),
    (SITE + "country: no\n", "country"),
    (SITE + "languages: [no]\n", "languages"),
    (SITE + "languages: french\n", "languages"),
    (SITE + "status: good\n", "status"),
    (SITE + "name: other\n", "stands twice"),
    (SITE.replace("my-site", "My Site"), "name"),
    (SITE.replace("my-site", "other"), "the file should be other.yaml"),
    (SITE.replace("web", "carrier-pigeon"), "carrier-pigeon"),
    (SITE.replace("https://", "file:///"), "address"),
    (SITE.replace("https://", "https://me:secret@"), "address"),
    ("name: my-site\nkind: web\n", "address"),
    ("name: my-site\nkind: x\naddress: https://a.example/\n", "address"),
    ("", "my-site.yaml"),
    ("- a\n- b\n", "my-site.yaml"),
    ("name: [my-site\n", "no YAML"),
    ("a: !!python/object/apply:os.system ['true']\n", "no YAML"),
    ("[" * 100_000, "no YAML"),
    ("x" * 2_000_000, "larger"),
]


@pytest.mark.parametrize(("text", "why"), BAD)
def test_a_mistake_names_its_file_and_what_is_wrong(tmp_path: Path, text: str, why: str) -> None:
    path = write(tmp_path, "my-site.yaml", text)
    with pytest.raises(SourceFormatError, match=why) as caught:
        load_catalogue([tmp_path])
    assert str(path) in str(caught.value)


BAD_EVENTS = [
    ("name: flood\nnames: {}\n", "names"),
    ("name: flood\nnames: {fr: Crue}\nstarts_on: 2023-12-01\nends_on: 2023-11-01\n", "before"),
    ("name: flood\nnames: {fr: Crue}\nstarts_on: hier\n", "starts_on"),
    ("name: flood\nnames: {fr: Crue}\nwords: [crue]\n", "words"),
    ("name: flood\nnames: {fr: Crue}\nsources: [nowhere]\n", "'nowhere' is not in the catalogue"),
]


@pytest.mark.parametrize(("text", "why"), BAD_EVENTS)
def test_a_mistake_in_an_event_is_said(tmp_path: Path, text: str, why: str) -> None:
    write(tmp_path, "events/flood.yaml", text)
    with pytest.raises(SourceFormatError, match=why):
        load_catalogue([tmp_path])


def test_an_unreadable_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "my-site.yaml").write_bytes(SITE.encode() + "title: vérité\n".encode("latin-1"))
    with pytest.raises(SourceFormatError, match="cannot be read"):
        load_catalogue([tmp_path])


def test_an_unknown_name_is_refused_with_a_proposal() -> None:
    catalogue = load_catalogue()
    with pytest.raises(SourceUnknownError, match=r"did you mean .*benbere"):
        catalogue.get_source("benbre")
    with pytest.raises(SourceUnknownError, match="known are"):
        catalogue.get_source("qqqqqq")
    assert catalogue.find_event("qqqqqq") is None


def test_an_empty_catalogue_is_possible() -> None:
    assert list(Catalogue().iter_names()) == []
