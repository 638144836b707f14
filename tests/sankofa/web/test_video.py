"""A video on the pages: played in place, compared by its time codes, never laid over a still."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from crawlers.source import CollectRequest
from index.model import Match
from sankofa.desk import Desk
from sankofa.workflows.ingest import keep_batch
from sankofa.workflows.known import add_known
from tests.pictures import draw_picture, save_picture
from tests.sankofa.desks import ListSource, collected, open_test_desk
from tests.sankofa.web.case import name_of
from tests.sankofa.web.conftest import open_client
from tests.verify.drawing import write_video

ENGLISH = {"accept-language": "en"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("videos")
    frames = [draw_picture(seed, (320, 240)) for seed in (21, 22, 23)]
    return {
        "known": write_video(folder / "known.mp4", frames),
        "still": save_picture(folder, "still.jpg", frames[0]),
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, files: dict[str, Path]) -> Desk:
    opened = open_test_desk(tmp_path_factory.mktemp("desk"))
    add_known(opened, files["known"], source_url="https://archive.example/clip", published_on="2015")
    source = ListSource([collected("still", files["still"])])
    for batch in source.iter_batches(CollectRequest(), ""):
        keep_batch(opened, source, batch, None)
    return opened


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return open_client(desk)


def test_a_video_can_be_played_and_asked_for_in_parts(client: TestClient, files: dict[str, Path]) -> None:
    media_id = name_of(files["known"])
    text = client.get(f"/media/{media_id}", headers=ENGLISH).text
    assert f'<video class="frame" controls preload="none" poster="/media/{media_id}/thumbnail"' in text
    part = client.get(f"/media/{media_id}/original", headers={"range": "bytes=0-99"})
    assert (part.status_code, part.headers["content-type"]) == (206, "video/mp4")
    assert client.get(f"/media/{media_id}/thumbnail").content.startswith(b"\xff\xd8")


def test_a_still_from_a_video_is_matched_with_its_time_code_and_without_an_overlay(
    client: TestClient, desk: Desk
) -> None:
    (match,) = desk.store.find_linked(Match, "status", ["suggested"])
    text = client.get(f"/matches/{match.id}", headers=ENGLISH).text
    assert "Where they meet" in text
    assert "<td>still picture</td><td>0:00.0</td>" in text
    assert "data-overlay" not in text


def test_a_video_is_checked(client: TestClient, files: dict[str, Path]) -> None:
    with files["known"].open("rb") as content:
        answer = client.post("/check", files={"medium": content}, headers=ENGLISH)
    assert answer.status_code == 200
    assert "The very same file is known here." in answer.text
