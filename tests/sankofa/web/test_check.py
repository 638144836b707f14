import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.model import Appearance, MediaItem
from sankofa.workflows.known import add_known
from sankofa.workflows.negative import mark_negative
from tests.pictures import save_picture
from tests.sankofa.web.case import PERSON, Case, name_of
from tests.sankofa.web.conftest import open_client
from tests.sankofa.web.test_pages import read_everything
from tests.verify.agreement.pairs import draw_letter


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
    assert "What was tried" in text
    assert "every hash within 62 bits is found, beyond 31 it never counts alone" in text
    assert "A match carries no verdict" in text


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
    assert "every hash within 62 bits is found" in text


def test_a_letter_whose_text_nobody_compared_is_shown_as_alike_and_not_as_known(
    fresh_case: Case, tmp_path: Path
) -> None:
    pytest.importorskip("cv2", reason="OpenCV, the extra vision, is not installed")
    desk = replace(fresh_case.desk, reads_text=False)
    known = add_known(desk, save_picture(tmp_path, "letter.jpg", draw_letter(1))).item
    status, text = send(open_client(desk), save_picture(tmp_path, "again.jpg", draw_letter(1), quality=60))
    assert status == 200
    assert "Not known here" in text
    assert "Not the same, but alike" in text
    assert f'href="/media/{known.id}"' in text
    assert "what is written in them was not compared" in text
    assert "not tried: the text in pictures" in text


def test_what_shows_nothing_by_itself_is_named_and_suggests_nothing(fresh_case: Case) -> None:
    desk = replace(fresh_case.desk, person_id=PERSON)
    mark_negative(desk, fresh_case.known, label="<flag> of Mali")
    status, text = send(open_client(desk), fresh_case.files["copy"])
    assert status == 200
    assert "Not known here" in text
    assert "&lt;flag&gt; of Mali" in text
    assert f'href="/media/{fresh_case.known}"' in text


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
