"""Whatever is corrected, withdrawn, suppressed or erased, no report changes that shows nothing of what was erased."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from index.backends.elasticsearch import Access, open_elasticsearch
from index.backends.embedded import open_embedded
from index.backends.memory import MemoryStore
from index.identifiers import name_medium
from index.model import (
    Appearance,
    Claim,
    ClaimMedia,
    Evidence,
    MediaFacts,
    MediaItem,
    Person,
    Post,
    Record,
    Report,
    Verdict,
    Wording,
)
from index.ratings import Rating
from index.releases import list_releases
from index.store import Store
from index.vaults import open_vault
from sankofa.desk import Desk
from sankofa.workflows import verdicts
from sankofa.workflows.erase import erase
from sankofa.workflows.inspect import inspect
from sankofa.workflows.log import sign_log
from sankofa.workflows.publish import freeze_report, read_files, read_report
from sankofa.workflows.verdicts import Written
from tests.reports.sample import build_picture
from tests.sankofa.desks import open_test_desk
from tests.sankofa.workflows.test_publish import Clock

REVISIONS = int(os.environ.get("SANKOFA_TEST_REVISIONS", "11"))
OF_A_MONTH = 12
"""Claims; more would only make reports long."""
ERASABLE: tuple[type[Record], ...] = (Post, MediaItem, Claim, Verdict, Evidence)


@pytest.fixture(params=["memory", "embedded", "elasticsearch"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened: dict[str, Callable[[], Store]] = {
        "memory": MemoryStore,
        "embedded": lambda: open_embedded(tmp_path / "desk.db"),
        "elasticsearch": lambda: open_elasticsearch(
            Access(url=request.getfixturevalue("elasticsearch_url")),
            prefix=request.getfixturevalue("elasticsearch_prefix"),
        ),
    }
    # Nobody looks at the bytes of segments here (tests/index/backends/test_elasticsearch_erasing.py does).
    monkeypatch.setattr("index.backends.elasticsearch.clearing._await_leases", lambda indices, names: None)
    with closing(opened[request.param]()) as store:
        yield store


@dataclass
class Newsroom:
    """Two people who do at random what a newsroom does, and what they froze, byte for byte."""

    desk: Desk
    dice: random.Random
    frozen: dict[tuple[str, int], tuple[Report, dict[str, bytes]]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    redacted: set[tuple[str, int]] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    def act(self) -> None:
        acts: tuple[Callable[[], bool], ...] = (
            self.correct,
            self.withdraw,
            self.suppress,
            self.state,
            self.freeze,
            self.erase,
        )
        (act,) = self.dice.choices(acts, weights=(50, 8, 4, 16, 10, 12))
        if act():
            self.done[act.__name__] += 1

    def state(self) -> bool:
        """A claim in a post with a picture of its own, and a published verdict on it, which rests on a note."""
        number = self.done["state"]
        content = build_picture(number, size=(64, 48))
        sha256 = self.desk.vault.keep(content).sha256
        item = MediaItem(
            id=name_medium(sha256), sha256=sha256, media_type="image/jpeg", kind="image", size_bytes=len(content)
        )
        facts = MediaFacts(id=f"{item.id}.test", media_id=item.id, engine="test", width=64, height=48)
        post = Post(
            id=f"P-{number}", platform="x", native_id=str(number), url=f"https://x.example/{number}/", author="nomade",
            text=self.mark("post", number), language="fr",
        )  # fmt: skip
        seen = Appearance(
            id=f"A-{number}", subject_id=item.id, role="seen", url=post.url, post_id=post.id, platform="x",
            appeared_on=f"{self.month(number)}-05", caption=self.mark("légende", number),
        )  # fmt: skip
        self.desk.store.add([item, facts, post, seen])
        claim = Claim(
            id=f"C-2023-{number + 1:04d}", wordings=(Wording("fr", self.mark("affirmation", number)),), countries=("ML",),
            first_appeared_on=f"{self.month(number)}-05", media=(ClaimMedia(item.id, "shown"),),
        )  # fmt: skip
        self.desk.store.revise(claim, expected_revision=0)
        note = Evidence(id=f"E-{number}", title=self.mark("note", number), note=self.mark("note", number))
        explained = (Wording("fr", self.mark("verdict", number)),)
        written = Written(rating=Rating.FALSE, explanation=explained, evidence=(note,))
        draft = verdicts.draft_verdict(self.desk, claim.id, written)
        verdicts.submit(self.desk, draft.id)
        verdicts.approve(self.second, draft.id)
        return True

    def month(self, number: int) -> str:
        """In which month a claim appeared; none in that of the clock."""
        return f"2023-{number // OF_A_MONTH % 10 + 1:02d}"

    def mark(self, what: str, number: int) -> str:
        """Words that occur nowhere else."""
        return f"{what} numéro {number:05d} de la série"

    @property
    def second(self) -> Desk:
        return replace(self.desk, person_id="awa")

    def choose(self) -> Verdict | None:
        standing = [verdict for verdict in self.desk.store.iter_records(Verdict) if verdict.stands]
        return self.dice.choice(standing) if standing else None

    def correct(self) -> bool:
        verdict = self.choose()
        if verdict is not None:
            rating = self.dice.choice([one for one in Rating if one != verdict.rating])
            verdicts.correct(self.desk, verdict.id, Written(rating=rating), reason="corrected")
            verdicts.approve(self.second, verdict.id)
        return verdict is not None

    def withdraw(self) -> bool:
        verdict = self.choose()
        return verdict is not None and bool(verdicts.withdraw(self.desk, verdict.id, reason="withdrawn").id)

    def suppress(self) -> bool:
        verdict = self.choose()
        return verdict is not None and bool(verdicts.suppress(self.desk, verdict.id, reason="suppressed").id)

    def freeze(self) -> bool:
        quoted = self.dice.choice([post.text for post in self.desk.store.iter_records(Post)] or [""])
        language = self.dice.choice(("fr", "en", "ar"))
        month = self.month(self.dice.randrange(max(1, self.done["state"])))
        frozen = freeze_report(self.desk, country="ML", month=month, language=language, text=f"On lit : {quoted}.")
        record = frozen.record
        self.frozen[record.id, record.revision] = record, dict(read_files(self.desk, record))
        return True

    def erase(self) -> bool:
        kind = self.dice.choice(ERASABLE)
        there = [one for one in self.desk.store.iter_records(kind) if not one.is_stub]
        if not there:
            return False
        subject = self.dice.choice(there)
        words = self.list_words(subject)
        touched = {
            key for key, (_, files) in self.frozen.items() if any(word in files["snapshot"].decode() for word in words)
        }
        erase(self.desk, [subject.id], reason="law")
        self.erased |= words - {f'"{subject.id}"'}
        self.redacted |= touched
        return True

    def list_words(self, subject: Record) -> set[str]:
        """What tells that a report shows a record: its identifier, and its own words."""
        number = int(subject.id.rpartition("-")[2]) if not isinstance(subject, MediaItem) else 0
        match subject:
            case Post():
                return {f'"{subject.id}"', subject.text, subject.url}
            case MediaItem():
                return {f'"{subject.id}"'}
            case Claim():
                return {subject.text}
            case Verdict():
                return {explained.text for explained in subject.explanation}
        return {self.mark("note", number)}

    def check(self) -> None:
        """Look at every report that was ever frozen."""
        for (report_id, revision), (before, files) in self.frozen.items():
            record = self.desk.store.get(Report, report_id, revision=revision)
            now = read_files(self.desk, record)
            if (report_id, revision) not in self.redacted:
                assert (record, now) == (before, files)
            else:
                assert record.erased is not None
                assert [word for word in self.erased if word in now["snapshot"].decode() + now["html"].decode()] == []
                assert not self.desk.vault.has(before.html_sha256)
            self.check_corrections(record)

    def check_corrections(self, record: Report) -> None:
        dated = {
            change.was: change.on for change in read_report(self.desk, record.id, record.revision, "fr").corrections
        }
        for cite in record.cites:
            verdict_id, _, cited = cite.rpartition(".")
            history = self.desk.store.get_history(Verdict, verdict_id)
            if not history[-1].is_stub and list_releases(history)[-1].revision > int(cited):
                assert dated[cite] is not None


def test_reports_stay_and_changes_are_dated_whatever_is_done(store: Store, tmp_path: Path) -> None:
    for name in ("ines", "awa"):
        store.revise(Person(id=name, name=name, organisation="Desk", roles=("checker", "editor")), expected_revision=0)
    desk = replace(
        open_test_desk(tmp_path, person_id="ines"), store=store, vault=open_vault(tmp_path / "vault"), clock=Clock()
    )
    newsroom = Newsroom(desk, random.Random(7))
    for first in (newsroom.state, newsroom.state, newsroom.freeze, newsroom.erase):
        newsroom.done[first.__name__] += first()
    while newsroom.done.total() < REVISIONS:
        newsroom.act()
    newsroom.freeze()
    sign_log(desk)

    newsroom.check()

    assert newsroom.redacted
    assert newsroom.redacted < newsroom.frozen.keys()
    assert inspect(desk).problems == ()
    told = f"{dict(newsroom.done)}, {len(newsroom.frozen)} reports, {len(newsroom.redacted)} of them redacted"
    print(told)  # noqa: T201 - what `make revisions` is for
