import tempfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.model import Appearance, MediaItem
from tests.sankofa.web.case import Case, name_of
from tests.sankofa.web.conftest import open_client
from tests.sankofa.web.test_pages import read_everything


def send(client: TestClient, file: Path, **fields: str) -> tuple[int, str]:
    """Send a file as the form does."""
    with file.open("rb") as content:
        answer = client.post("/check", data=fields, files={"medium": content}, headers={"accept-language": "en"})
    return answer.status_code, answer.text


def test_an_altered_copy_shows_the_known_picture_what_was_done_and_what_was_said(
    case: Case, client: TestClient
) -> None:
    status, text = send(client, case.files["copy"])
    assert status == 200
    assert "It shows something known" in text
    assert case.known in text
    assert "mirrored" in text
    assert case.claim in text
    assert "of 256 bits" in text
    assert 'class="comparison is-suggested"' in text


def test_the_same_file_says_so(case: Case, client: TestClient) -> None:
    status, text = send(client, case.files["known"])
    assert status == 200
    assert "byte for byte" in text
    assert "The very same file is known here." in text


def test_an_unknown_picture_gets_an_answer_with_what_was_tried(case: Case, client: TestClient) -> None:
    status, text = send(client, case.files["stranger"])
    assert status == 200
    assert "Not known here" in text
    assert "against 2 known media" in text


def test_garbage_is_refused_with_what_to_do(case: Case, client: TestClient) -> None:
    status, text = send(client, case.files["garbage"])
    assert status == 422
    assert "Nothing was kept." in text
    assert "Give the picture or video file itself" in text


def test_an_empty_form_says_what_is_missing(client: TestClient) -> None:
    answer = client.post("/check", data={"url": "  "}, headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert "Nothing was sent." in answer.text


def test_an_address_is_fetched_and_compared(case: Case, client: TestClient) -> None:
    answer = client.post("/check", data={"url": case.address}, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "The very same file is known here." in answer.text


def test_an_address_that_is_not_fetched_says_what_to_do_instead(client: TestClient) -> None:
    answer = client.post("/check", data={"url": "http://10.0.0.1/x.jpg"}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "it leads to a private address" in answer.text
    assert "drop the file here" in answer.text


@pytest.mark.parametrize("name", ["copy", "known", "stranger", "garbage"])
def test_checking_keeps_nothing_and_leaves_no_file_behind(
    case: Case, client: TestClient, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, originals = read_everything(case.desk.store), list(case.desk.vault.iter_originals())
    send(client, case.files[name])
    assert read_everything(case.desk.store) == before
    assert list(case.desk.vault.iter_originals()) == originals
    assert list(tmp_path.iterdir()) == []


def test_what_is_ticked_is_kept_without_the_path_of_the_temporary_file(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    status, text = send(client, fresh_case.files["stranger"], keep="true")
    media_id = name_of(fresh_case.files["stranger"])
    assert status == 200
    assert f'href="/media/{media_id}"' in text
    assert fresh_case.desk.store.get(MediaItem, media_id).kind == "image"
    (place,) = fresh_case.desk.store.find_linked(Appearance, "subject", [media_id])
    assert (place.role, place.url) == ("seen", "upload://stranger.jpg")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a" * 3000 + ".jpg", '"><script>.jpg', "صورة.jpg", "\u202egpj.exe"]
)
def test_a_hostile_file_name_is_only_shown(case: Case, client: TestClient, name: str) -> None:
    content = case.files["stranger"].read_bytes()
    answer = client.post("/check", files={"medium": (name, content)}, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "<script>." not in answer.text
    assert "etc/" not in answer.text
