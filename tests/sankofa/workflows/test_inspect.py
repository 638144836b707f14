from dataclasses import replace
from pathlib import Path

from index.identifiers import name_medium
from index.model import Appearance, Claim, ClaimMatch, MediaItem, Post, Verdict, Wording
from sankofa.desk import Desk
from sankofa.workflows.inspect import inspect, read_info
from sankofa.workflows.meaning import keep_vectors
from tests.contracts.records import build_claim, build_sample
from tests.contracts.store_vectors import build_vector, draw_codes
from tests.encoders import IdeasEncoder
from tests.sankofa.desks import open_test_desk

CLAIM = Claim(id="C-2023-0001", wordings=(Wording("fr", "Des tunnels"),))


def _keep_original(desk: Desk) -> MediaItem:
    sha256 = desk.vault.keep(b"bytes").sha256
    item = MediaItem(id=name_medium(sha256), sha256=sha256, media_type="image/png", kind="image", size_bytes=5)
    desk.store.add([item])
    return item


def test_what_is_whole_has_no_problems(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    item = _keep_original(desk)
    desk.store.add([Appearance(id="A-1", subject_id=item.id, role="known", url="https://a.example")])
    claim = desk.store.revise(CLAIM, expected_revision=0)
    desk.store.revise(replace(claim, title="Kidal"), expected_revision=1)

    found = inspect(desk)

    assert found.problems == ()
    assert (found.records, found.originals) == (3, 1)


def test_an_original_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    desk.store.add([MediaItem(id="M-1", sha256="0" * 64, media_type="image/png", kind="image", size_bytes=1)])

    (problem,) = inspect(desk).problems

    assert problem.where == f"original {'0' * 64}"


def test_a_record_that_names_another_which_is_not_here_is_a_problem(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    desk.store.revise(
        Verdict(id="V-2023-0001", claim_id="C-2023-0009", publisher="p", rating=None, textual_rating="Faux"),
        expected_revision=0,
    )

    (problem,) = inspect(desk).problems

    assert problem.where == "verdict V-2023-0001"
    assert "C-2023-0009" in problem.says


def test_a_match_without_its_post_and_a_claim_that_is_read_as_one_that_is_not_here_are_problems(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    desk.store.revise(replace(CLAIM, merged_into="C-2023-0009"), expected_revision=0)
    match = replace(build_sample(ClaimMatch), claim_id=CLAIM.id)
    desk.store.revise(match, expected_revision=0)

    problems = {problem.where: problem.says for problem in inspect(desk).problems}

    assert problems.keys() == {f"claim_match {match.id}", f"claim {CLAIM.id}"}
    assert match.post_id in problems[f"claim_match {match.id}"]
    assert "C-2023-0009" in problems[f"claim {CLAIM.id}"]


def test_progress_counts_the_records(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    posts = [
        Post(id=f"P-{n:04}", platform="x", native_id=str(n), url="https://x.example", author="a") for n in range(1200)
    ]
    desk.store.add(posts)
    told: list[int] = []

    inspect(desk, told.append)

    assert told == [500, 1000, 1200]


def test_info_counts_originals_and_their_bytes(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    _keep_original(desk)

    info = read_info(desk)

    assert (info.originals, info.size_bytes, info.records["media_item"], info.records["post"]) == (1, 5, 1, 0)


def test_info_says_how_claims_are_found_by_meaning(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    claim = build_claim(1, "un tunnel")
    desk.store.revise(claim, expected_revision=0)
    encoding = replace(desk, encoder=IdeasEncoder())
    keep_vectors(encoding, [claim])

    assert any("words alone" in reader for reader in read_info(desk).readers)
    assert "claims are found by meaning too: ideas-1, which has encoded 1" in read_info(encoding).readers


def test_a_vector_without_its_claim_is_a_problem(tmp_path: Path) -> None:
    desk = open_test_desk(tmp_path)
    desk.store.add([build_vector(build_claim(1, "un tunnel"), draw_codes(1))])

    (problem,) = inspect(desk).problems
    assert "names claim C-2023-0001, which is not here" in problem.says
