"""The pictures of a proof: drawn once, only those that there are, and the words around them."""

from threading import Barrier, Thread

import pytest
from starlette.testclient import TestClient

from sankofa.web.proofs import VIEWS, ProofCache
from sankofa.workflows.proof import ProofPicture
from tests.sankofa.web.case import Case
from verify.proof import PROOF_NAMES


@pytest.mark.parametrize("name", PROOF_NAMES)
def test_every_picture_of_a_proof_is_sent(case: Case, client: TestClient, name: str) -> None:
    answer = client.get(f"/matches/{case.judged}/proof/{name}.jpg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert "max-age" in answer.headers["cache-control"]


@pytest.mark.parametrize("picture", ["overlay", "overlay.png", "side-by-side-2.jpg", "..%2Foverlay.jpg", ".jpg"])
def test_no_other_picture_is(case: Case, client: TestClient, picture: str) -> None:
    assert client.get(f"/matches/{case.judged}/proof/{picture}").status_code == 404
    assert client.get("/matches/X-NONE/proof/overlay.jpg").status_code == 404


@pytest.mark.parametrize("view", VIEWS)
def test_each_way_of_looking_has_its_address(case: Case, client: TestClient, view: str) -> None:
    text = client.get(f"/matches/{case.judged}?view={view}").text
    assert f'value="{view}" checked' in text
    assert text.count('name="way-') == len(VIEWS)


def test_a_way_that_there_is_not_shows_the_first(case: Case, client: TestClient) -> None:
    assert 'value="boxes" checked' in client.get(f"/matches/{case.judged}?view=%3Cscript%3E").text


def test_the_page_says_what_was_done_how_it_is_known_and_how_surely(case: Case, client: TestClient) -> None:
    text = client.get(f"/matches/{case.judged}", headers={"accept-language": "en"}).text
    assert "mirrored" in text
    assert "JPEG quality near 60" in text
    assert "hashes and geometry agree" in text
    assert "such pairs (measured:" in text
    assert "Left: the known one. Right: the later use." in text


def test_a_proof_that_several_ask_for_at_once_is_drawn_once() -> None:
    cache, drawn, together = ProofCache(), [], Barrier(4)

    def draw() -> list[ProofPicture]:
        drawn.append(1)
        return [ProofPicture(name="overlay", content=b"x")]

    def ask() -> None:
        together.wait()
        assert cache.get("X-1.1", draw) == {"overlay": b"x"}

    asking = [Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join(10)
    assert drawn == [1]


def test_what_was_asked_for_long_ago_is_forgotten() -> None:
    cache, drawn = ProofCache(2), []

    def draw() -> list[ProofPicture]:
        drawn.append(1)
        return [ProofPicture(name="overlay", content=b"x")]

    for key in ("a", "b", "c", "c", "a"):
        cache.get(key, draw)
    assert len(drawn) == 4


def test_what_is_pushed_out_while_it_is_drawn_is_answered_and_forgotten() -> None:
    cache, drawn = ProofCache(1), []

    def draw() -> list[ProofPicture]:
        drawn.append(1)
        return [ProofPicture(name="overlay", content=b"x")]

    def draw_slowly() -> list[ProofPicture]:
        cache.get("b", draw)
        return draw()

    assert cache.get("a", draw_slowly) == {"overlay": b"x"}
    cache.get("a", draw)
    assert len(drawn) == 3
