"""Erasing on a desk: what goes, what stays, what is said of it, and that none of it comes back."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.source import Batch
from index.erasing import KEPT
from index.errors import OriginalMissingError, StoreLockedError
from index.model import (
    Appearance,
    BankEntry,
    Capture,
    Evidence,
    MediaFacts,
    MediaItem,
    Person,
    Post,
)
from index.store import iter_everything
from sankofa.desk import Desk
from sankofa.errors import InputError, PersonUnknownError, RoleMissingError
from sankofa.workflows.erase import erase, plan_erasure
from sankofa.workflows.ingest import keep_batch
from sankofa.workflows.inspect import inspect
from sankofa.workflows.log import iter_entries, sign_log
from sankofa.workflows.log_check import check_log
from tests.contracts.records import build_claim
from tests.reports.sample import build_picture
from tests.sankofa.desks import ListSource, collected, open_test_desk

SECRET = "Ousmane a filmé la grotte de nuit"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an editor, a post with a picture that two posts show, and a claim in its words."""
    desk = open_test_desk(tmp_path, person_id="ines")
    desk.store.revise(Person(id="ines", name="Inès Keïta", roles=("editor",)), expected_revision=0)
    picture = tmp_path / "a.jpg"
    picture.write_bytes(build_picture(1))
    for name, text in (("1", SECRET), ("2", "une autre grotte")):
        keep(desk, name, picture, text)
    desk.store.revise(build_claim(1, SECRET, countries=("ML",)), expected_revision=0)
    return desk


def keep(desk: Desk, name: str, picture: Path, text: str) -> None:
    keep_batch(desk, ListSource([]), Batch(items=(collected(name, picture, text=text),), position="1"), None)


def find_post(desk: Desk, text: str) -> Post:
    return next(post for post in desk.store.iter_records(Post) if post.text == text)


def find_medium(desk: Desk) -> MediaItem:
    (item,) = desk.store.iter_records(MediaItem)
    return item


def find_texts(desk: Desk, word: str) -> set[str]:
    """The kinds of records in which a word stands, in any revision."""
    return {kind.KIND for kind in KEPT for record in iter_everything(desk.store, kind) if word in repr(record)}


def test_a_plan_says_what_would_go_and_what_stays_and_changes_nothing(desk: Desk) -> None:
    post = find_post(desk, SECRET)

    plan = plan_erasure(desk, [post.id])

    assert plan.count() == {"post": 1, "capture": 1, "appearance": 1}
    assert (plan.originals, plan.reports) == ((), ())
    assert [(each.kind, each.id, each.says) for each in plan.mentions] == [("claim", "C-2023-0001", "repeats")]
    assert find_post(desk, SECRET) == post


def test_a_post_goes_with_all_that_is_kept_for_its_sake_and_its_picture_stays(desk: Desk) -> None:
    post, item = find_post(desk, SECRET), find_medium(desk)
    sign_log(desk)

    erase(desk, [post.id, "C-2023-0001"], reason="safety of a source", asked_by="the source")

    assert find_texts(desk, SECRET) == set()
    assert find_texts(desk, "social.example/1") == set()
    assert desk.vault.read(item.sha256)
    assert desk.store.find_linked(Capture, "subject", [post.id]) == ()
    assert len(desk.store.find_linked(Appearance, "subject", [item.id])) == 1
    stub = desk.store.get(Post, post.id)
    assert stub.erased is not None
    assert (stub.erased.by, stub.erased.reason, stub.erased.asked_by) == ("ines", "safety of a source", "the source")
    acts = [(entry.act, entry.kind) for _, entry in iter_entries(desk) if entry.act == "erase"]
    assert sorted(acts) == sorted(("erase", kind) for kind in ("appearance", "capture", "claim", "post"))
    assert (check_log(desk)[1], inspect(desk).problems) == ([], ())
    sign_log(desk)


def test_a_medium_goes_with_its_bytes_its_thumbnail_and_what_it_is_found_by(desk: Desk) -> None:
    item = find_medium(desk)
    (facts,) = desk.store.iter_records(MediaFacts)

    plan = erase(desk, [item.id], reason="law")

    assert set(plan.originals) >= {item.sha256, facts.thumbnail_sha256 or item.sha256}
    assert list(desk.vault.iter_originals()) == []
    assert all(entry.is_stub and not entry.fingerprints for entry in desk.store.iter_records(BankEntry))
    with pytest.raises(OriginalMissingError):
        desk.vault.read(item.sha256)
    assert inspect(desk).problems == ()
    assert find_post(desk, SECRET).attachments


def test_what_was_erased_is_not_collected_again(desk: Desk, tmp_path: Path) -> None:
    post, item = find_post(desk, SECRET), find_medium(desk)
    erase(desk, [post.id, item.id, "C-2023-0001"], reason="law")
    picture = tmp_path / "again.jpg"
    picture.write_bytes(build_picture(1))

    keep(desk, "1", picture, SECRET)
    source = ListSource([])
    reworded = replace(collected("1", picture, text=f"{SECRET} !"), post=replace(collected("1").post, id="P-NEW"))
    for again in (reworded, collected("3", picture, text="encore une grotte")):
        tally = keep_batch(desk, source, Batch(items=(again,), position="1"), None)

    assert tally.refused[0][1].startswith(f"media_item {item.id} was erased")
    assert find_texts(desk, SECRET) == set()
    assert list(desk.vault.iter_originals()) == []
    assert {post.text for post in desk.store.iter_records(Post)} == {"", "une autre grotte", "encore une grotte"}


def test_a_file_that_other_evidence_rests_on_stays(desk: Desk) -> None:
    page = desk.vault.keep(b"<html>archived").sha256
    one, other = (Evidence(id=f"E-{n}", title=f"Une page archivée {n}", sha256=page) for n in (1, 2))
    desk.store.add([one, other])

    assert erase(desk, ["E-1"], reason="law").originals == ()
    assert desk.vault.read(page)
    assert erase(desk, ["E-2"], reason="law").originals == (page,)
    assert not desk.vault.has(page)


def test_a_person_who_was_erased_acts_no_more(desk: Desk) -> None:
    desk.store.revise(Person(id="awa", name="Awa Diarra", roles=("editor",)), expected_revision=0)

    erase(desk, ["person:awa"], reason="she asked for it")

    assert find_texts(desk, "Awa Diarra") == set()
    with pytest.raises(PersonUnknownError):
        replace(desk, person_id="awa").require_person("to act")


def test_only_an_editor_erases_and_only_with_a_reason(desk: Desk) -> None:
    desk.store.revise(Person(id="awa", name="Awa Diarra", roles=("checker",)), expected_revision=0)
    post = find_post(desk, SECRET)

    with pytest.raises(RoleMissingError, match="editor"):
        erase(replace(desk, person_id="awa"), [post.id], reason="law")
    for named, reason in ((post.id, " "), ("R-ML-2023-11-fr", "law"), ("nobody", "law")):
        with pytest.raises(InputError):
            erase(desk, [named], reason=reason)

    assert desk.store.get(Post, post.id) == post


def test_an_erasure_that_was_interrupted_before_its_bytes_had_gone_is_found_and_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, originals = find_medium(desk), [one.sha256 for one in desk.vault.iter_originals()]
    with monkeypatch.context() as patched:
        patched.setattr(desk.vault, "erase", lambda sha256: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(desk, [item.id], reason="law")
    assert [problem.where for problem in inspect(desk).problems] == [f"original {sha256}" for sha256 in originals]

    erase(desk, [item.id], reason="law")

    assert (list(desk.vault.iter_originals()), inspect(desk).problems) == ([], ())


def test_the_bytes_go_though_the_engine_could_not_clear_its_files(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    item, erase_records = find_medium(desk), desk.store.erase

    def erase_and_complain(*given: object) -> None:
        erase_records(*given)  # type: ignore[arg-type]
        raise StoreLockedError("somebody reads")

    with monkeypatch.context() as patched:
        patched.setattr(desk.store, "erase", erase_and_complain)
        with pytest.raises(StoreLockedError):
            erase(desk, [item.id], reason="law")
    assert list(desk.vault.iter_originals()) == []
    assert erase(desk, [item.id], reason="law").revisions == ()


def test_an_older_state_that_is_brought_back_over_an_erasure_is_found(desk: Desk) -> None:
    post = find_post(desk, SECRET)
    before = desk.store.get(Post, post.id)
    erase(desk, [post.id], reason="law")
    shelf = desk.store._shelves["post"]  # type: ignore[attr-defined]

    shelf.histories[post.id][0] = before

    assert [where for where, says in check_log(desk)[1] if "brought back" in says] == [f"post {post.id}"]
