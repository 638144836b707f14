"""The case of November 2023 through the whole desk, with the code and the settings that production uses.

The outside world is replayed on 127.0.0.1; the desk reaches it by entries in the home's catalogue, ``x_api_base``,
``x_bearer_token`` and ``allowed_networks``. Running it again goes on where it stopped and adds nothing twice.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import SecretStr

from crawlers.catalogue import load_catalogue
from index.identifiers import name_medium
from index.model import Claim, ClaimMatch, Event, Match, MediaItem, Post, Verdict
from index.query import ClaimQuery
from index.store import Store
from reports.content import CitedChange
from reports.i18n import LANGUAGES
from sankofa.bootstrap import open_desk
from sankofa.demo.case import Case
from sankofa.demo.entries import POSTS_SOURCE, SITE_SOURCE, X_SOURCE, write_entries
from sankofa.demo.exchange import Exchanged, exchange
from sankofa.demo.replay import ALLOWED_NETWORKS, Replay, open_replay
from sankofa.demo.seed import (
    confirm_matches,
    correct_verdicts,
    link_media,
    map_labels,
    publish_verdicts,
    seed_claims,
    seed_people_and_stories,
)
from sankofa.desk import Desk
from sankofa.errors import NotEmptyError
from sankofa.outside import CATALOGUE
from sankofa.settings import Settings
from sankofa.verifier import Result, verify_path
from sankofa.workflows.follow import keep_event, plan_errands
from sankofa.workflows.ingest import Tally, collect
from sankofa.workflows.known import add_known, compute_sha256
from sankofa.workflows.pack import Pack, build_pack
from sankofa.workflows.publish import FrozenReport, freeze_report, read_report
from sankofa.workflows.search import search_claims
from sankofa.workflows.suggest import suggest_posts_to

EVENT = "kidal-tunnels-2023"
MONTH = "2023-11"
COUNTRIES = ("ML", "NE", "BF", "TD")
QUERIES = ("tunnels de Kidal", "Kidal tunnels", "أنفاق كيدال")
_CONFIRMED_CLAIMS = ("A1", "A2", "A3")

Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class DemoSummary:
    """What the store holds in the end, what the searches found first, where the reports and their packs lie.

    `corrections` stand beside the first report since a verdict that it cites was changed; `verified` is what the verifier said of
    its pack after that.
    """

    collected: Tally
    posts: int
    media: int
    matches: Mapping[str, int]
    claim_matches: Mapping[str, int]
    claims: int
    verdicts: int
    found: tuple[tuple[str, str], ...]
    reports: tuple[FrozenReport, ...]
    packs: tuple[Pack, ...]
    corrections: tuple[CitedChange, ...]
    verified: Result
    exchanged: Exchanged


def run_demo(settings: Settings, on_step: Step = lambda step: None) -> DemoSummary:
    """Run the case into the home of *settings* and return what happened.

    Raises:
        NotEmptyError: The store holds work that is not the demonstration's.
        DemoPicturesMissingError: The extra ``demo`` is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="sankofa-demo-") as folder:
        on_step("Drawing the stand-in pictures and opening the replayed world on 127.0.0.1")
        port = _read_site_port(settings.home)
        with open_replay(Path(folder), site_port=port) as replay, open_demo_desk(settings, replay) as desk:
            return _run(desk, replay, on_step)


@contextmanager
def open_demo_desk(settings: Settings, replay: Replay) -> Iterator[Desk]:
    """Open the desk of *settings* on the replayed world, as somebody would who set these settings."""
    write_catalogue(replay, settings.home)
    opened = settings.model_copy(
        update={
            "x_api_base": replay.x_base_url,
            "x_bearer_token": SecretStr(replay.x_bearer_token),
            "allowed_networks": ALLOWED_NETWORKS,
        }
    )
    with open_desk(opened) as desk:
        _refuse_work(desk.store)
        yield desk


def write_catalogue(replay: Replay, home: Path) -> None:
    """Write the entries of the replayed world into the catalogue of *home*, and the event that collects from it."""
    folder = home / CATALOGUE
    write_entries(replay, folder)
    entry: dict[str, Any] = _read_event_entry() | {"sources": [X_SOURCE], "demo": True}
    (folder / "events").mkdir(exist_ok=True)
    text = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False)
    (folder / "events" / f"{EVENT}.yaml").write_text(text, encoding="utf-8")


def _read_site_port(home: Path) -> int:
    """Return the port on which the site of an earlier run in *home* was replayed, 0 where there was none."""
    try:
        entry = yaml.safe_load((home / CATALOGUE / f"{SITE_SOURCE}.yaml").read_text("utf-8"))
        return urlsplit(entry["address"]).port or 0
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError):
        return 0


def _run(desk: Desk, replay: Replay, on_step: Step) -> DemoSummary:
    event = desk.outside.find_event(EVENT) or _raise_missing()
    keep_event(desk, event)
    seed_people_and_stories(desk.store, replay.case)
    claims = seed_claims(desk.store, replay.case)
    tally = _collect(desk, on_step)
    on_step("Judging: two named persons confirm matches and publish the desk's verdicts")
    media_ids = _name_media(desk.store, replay)
    _date_originals(desk, replay, media_ids)
    link_media(desk.store, replay.case, claims, media_ids)
    suggest_posts_to(desk, [claim.id for claim in claims.values()])
    _judge(desk, replay.case, claims, media_ids)
    on_step("Exchanging: a page and a feed of the replayed site in, and all checks out again")
    exchanged = exchange(desk, replay)
    found = tuple((query, _find_first(desk, query)) for query in QUERIES)
    reports = tuple(_freeze_reports(desk, replay.case, on_step))
    packs = tuple(build_pack(desk, frozen.record.id, frozen.record.revision) for frozen in reports)
    on_step("Correcting one verdict: the reports stay as they were, the correction stands beside them")
    correct_verdicts(desk, replay.case, claims)
    first = reports[0].record
    return DemoSummary(
        collected=tally,
        posts=desk.store.count(Post),
        media=desk.store.count(MediaItem),
        matches=desk.store.count_by(Match, "status"),
        claim_matches=desk.store.count_by(ClaimMatch, "status"),
        claims=desk.store.count(Claim),
        verdicts=desk.store.count(Verdict),
        found=found,
        reports=reports,
        packs=packs,
        corrections=read_report(desk, first.id, first.revision, desk.language).corrections,
        verified=verify_path(packs[0].file, known=[packs[0].fingerprint]),
        exchanged=exchanged,
    )


def _collect(desk: Desk, on_step: Step) -> Tally:
    """Posts of X first, so that the originals on the fact-check site are matched against what was collected before."""
    total = Tally()
    for asked in (EVENT, SITE_SOURCE, POSTS_SOURCE):
        for errand in plan_errands(desk, asked):
            on_step(f"Collecting {errand.source}")
            with desk.outside.open_source(errand.source) as source:
                total += collect(desk, source, errand.request, event=errand.event)
    return total


def _date_originals(desk: Desk, replay: Replay, media_ids: Mapping[str, str]) -> None:
    """Say by hand what the pages' data do not: since when an original is known, and which check says so."""
    for medium in replay.case.media:
        if medium.key in media_ids and medium.documented_by:
            add_known(
                desk,
                replay.files[medium.key],
                source_url=medium.documented_by,
                published_on=medium.appeared_on,
                caption=medium.stands_for,
            )


def _judge(desk: Desk, case: Case, claims: Mapping[str, Claim], media_ids: Mapping[str, str]) -> None:
    told = [claim for claim in case.claims if claim.id in _CONFIRMED_CLAIMS]
    shown = [media_ids[finding.shown] for claim in told for finding in claim.findings if finding.shown in media_ids]
    checker = replace(desk, person_id=case.people[0].id)
    confirm_matches(checker, shown)
    map_labels(checker, case)
    publish_verdicts(desk, case, claims, media_ids)


def _freeze_reports(desk: Desk, case: Case, on_step: Step) -> Iterator[FrozenReport]:
    editor = replace(desk, person_id=case.people[-1].id)
    others = [language for language in LANGUAGES if language != desk.language]
    for country, language in (*((code, desk.language) for code in COUNTRIES), *((COUNTRIES[0], one) for one in others)):
        on_step(f"Freezing the report of {country} for {MONTH} ({language}), and its evidence pack")
        folder = desk.home / "reports"
        yield freeze_report(editor, country=country, month=MONTH, language=language, folder=folder)


def _name_media(store: Store, replay: Replay) -> dict[str, str]:
    named = {key: name_medium(compute_sha256(path)) for key, path in replay.files.items()}
    held = store.get_many(MediaItem, list(named.values()))
    return {key: media_id for key, media_id in named.items() if media_id in held}


def _find_first(desk: Desk, query: str) -> str:
    results = search_claims(desk, query, ClaimQuery(limit=1)).results
    return results[0].found.claim.id if results else ""


def _refuse_work(store: Store) -> None:
    if store.count(Event) == 0 and (store.count(Claim) or store.count(Post) or store.count(MediaItem)):
        raise NotEmptyError(
            f"{store.url} holds work of yours: give the demonstration a place of its own, sankofa --home FOLDER demo"
        )
    if store.count(Event) and not store.find_linked(Event, "demo", ["yes"], limit=1):
        raise NotEmptyError(f"{store.url} follows events of yours: give the demonstration another --home")


def _read_event_entry() -> dict[str, Any]:
    event = load_catalogue().find_event(EVENT) or _raise_missing()
    words = {"und": list(event.words)}
    return {
        "name": event.id,
        "names": {name.language: name.text for name in event.names},
        "countries": list(event.countries),
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "words": words,
        "languages": list(event.languages),
    }


def _raise_missing() -> Event:
    raise LookupError(f"the catalogue has no event {EVENT}")
