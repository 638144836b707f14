import json
import os
import pty
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from pytest_httpserver import HTTPServer

from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.cli.lines import PROGRAM, CommandLine
from tests.verify.agreement.pairs import draw_letter
from tests.verify.metadata.test_facts import AI_MADE, EXIF

MATCH_FIELDS = {"media_id", "sha256", "source_urls", "method", "distance_bits", "transformation", "status", "claims"}


@pytest.fixture
def known(cli: CommandLine, tmp_path: Path) -> Path:
    """A picture that is known, published in 2003."""
    picture = save_picture(tmp_path, "known.jpg", draw_picture(1))
    address = "https://archive.example/2003"
    assert cli("media", "add", picture, "--source-url", address, "--published-at", "2003-12-13").code == 0
    return picture


def test_a_mirrored_copy_is_suggested_with_its_source(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=60)

    row = cli.json("check", copy).row

    assert row.keys() >= {"input", "sha256", "kind", "matches", "error"}
    assert (row["input"], row["kind"], row["error"]) == (str(copy), "image", None)
    (match,) = row["matches"]
    assert match.keys() >= MATCH_FIELDS
    assert match["status"] == "suggested"
    assert match["source_urls"] == ["https://archive.example/2003"]
    assert match["transformation"]["mirrored"] is True
    assert 0 <= match["distance_bits"] <= 62
    assert match["sha256"] == cli.json("check", known).row["sha256"]


def test_the_same_file_is_told_without_a_hash(cli: CommandLine, known: Path) -> None:
    (match,) = cli.json("check", known).row["matches"]

    assert (match["method"], match["distance_bits"]) == ("sha-256", None)


def test_no_field_is_left_out_where_it_does_not_apply(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    copy, notes = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=60), tmp_path / "notes.txt"
    notes.write_text("no picture")

    altered, same, refused = cli.json("check", copy, known, notes).rows

    assert altered.keys() == same.keys() == refused.keys()
    (one,), (other,) = altered["matches"], same["matches"]
    assert one.keys() == other.keys()
    for name in ("transformation", "evidence", "regions"):
        assert one[name].keys() == other[name].keys()
    assert (refused["tried"], refused["searched"], refused["same_layout"]) == ([], None, [])


def test_the_answer_names_the_radius_and_how_many_were_searched(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=60)

    row = cli.json("check", copy).row

    assert row["tried"][:2] == ["sha-256", "pdq"]
    assert row["searched"].items() >= {"known_media": 1, "radius_bits": 62, "same_picture_bits": 31}.items()
    rate = row["matches"][0]["evidence"]["error_rate"]
    assert rate["per_query"].keys() == {"known_media", "wrong", "of", "upper_95"}
    assert "tried: the same file" in cli("check", copy).out
    assert "PDQ within 62 bits" in cli("check", copy).out


def test_a_letter_whose_text_nobody_compared_is_named_and_not_suggested(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cv2", reason="OpenCV, the extra vision, is not installed")
    monkeypatch.setenv("SANKOFA_READ_TEXT", "false")
    cli("media", "add", save_picture(tmp_path, "letter.jpg", draw_letter(1)))
    media_id = cli.json("check", tmp_path / "letter.jpg").row["matches"][0]["media_id"]
    again = save_picture(tmp_path, "again.jpg", draw_letter(1), quality=60)

    row = cli.json("check", again).row

    assert (row["matches"], row["searched"]["compares_text"]) == ([], False)
    (alike,) = row["same_layout"]
    assert (alike["media_id"], alike["text"]) == (media_id, "not-compared")
    assert alike["regions"]["agreeing"]
    out = cli("check", again).out
    assert "Not known here." in out
    assert f"{media_id}  not suggested: The two share a layout; what is written in them was not compared." in out
    assert "the text in pictures was not compared" in out


def test_a_match_carries_its_claims_with_their_verdicts(cli: CommandLine, known: Path) -> None:
    media_id = cli.json("check", known).row["matches"][0]["media_id"]
    claim_id = cli.add_claim("Cette photo montre Aguelhoc", "--media", f"{media_id}:original")
    cli.publish(claim_id, "--rating", "false")

    (claim,) = cli.json("check", known).row["matches"][0]["claims"]

    assert (claim["claim_id"], claim["text"]) == (claim_id, "Cette photo montre Aguelhoc")
    assert [verdict["rating"] for verdict in claim["verdicts"]] == ["false"]


def test_an_unknown_picture_is_an_answer_that_says_what_was_tried(
    cli: CommandLine, known: Path, tmp_path: Path
) -> None:
    other = save_picture(tmp_path, "other.jpg", draw_picture(2))

    answer = cli("check", other)

    assert answer.code == 0
    assert "Not known here. Tried: " in answer.out
    assert "1 known medium" in answer.out


def test_words_say_that_a_match_is_only_suggested(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)))

    out = cli("check", copy).out

    assert "suggested, not confirmed: mirrored" in out
    assert "13 December 2003" in out
    assert "\x1b" not in out


def test_every_file_of_a_folder_gives_exactly_one_line(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    folder = tmp_path / "found"
    (folder / "deep" / "er").mkdir(parents=True)
    save_picture(folder, "a.jpg", draw_picture(1))
    save_picture(folder / "deep" / "er", "b.jpg", draw_picture(2))
    (folder / "deep" / "notes.txt").write_text("no picture")
    (folder / "link.jpg").symlink_to(folder / "a.jpg")

    answer = cli.json("check", f"{folder}/", folder / "a.jpg")

    assert answer.code == 1
    names = [row["input"] for row in answer.rows]
    below = ["a.jpg", "link.jpg", "deep/notes.txt", "deep/er/b.jpg", "a.jpg"]
    assert names == [f"{folder}/{name}" for name in below]
    assert [row["error"] is not None for row in answer.rows] == [False, True, True, False, False]


def test_the_input_is_the_path_as_it_was_given(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_picture(tmp_path, "a.jpg", draw_picture(1))
    monkeypatch.chdir(tmp_path)

    assert cli.json("check", "./a.jpg").row["input"] == "./a.jpg"
    assert cli.json("check", ".").rows[0]["input"] == "./a.jpg"


def _write_truncated(path: Path) -> None:
    whole = save_picture(path.parent, "whole.jpg", draw_picture(1)).read_bytes()
    path.write_bytes(whole[: len(whole) // 3])


def _write_bomb(path: Path) -> None:
    Image.new("1", (9_000, 9_000)).save(path, "PNG")  # 81 million pixels in some kilobytes


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text("no picture at all"),
        lambda path: path.write_bytes(b""),
        _write_truncated,
        _write_bomb,
        lambda path: path.mkdir() or (path / "page.jpg").write_text("<html>"),
        lambda path: path.symlink_to("nowhere"),
        os.mkfifo,
    ],
    ids=["no picture", "empty", "truncated", "bomb", "page", "dangling link", "pipe"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_and_the_rest_is_answered(
    cli: CommandLine, known: Path, tmp_path: Path, write: object
) -> None:
    bad = tmp_path / "bad.jpg"
    write(bad)  # type: ignore[operator]  # one of the functions above

    answer = cli.json("check", bad, known)

    refused, answered = answer.rows
    assert answer.code == 1
    assert refused["error"]
    assert refused["matches"] == []
    assert answered["error"] is None
    assert answered["matches"]


def test_what_was_only_checked_never_becomes_known(cli: CommandLine, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))

    cli("check", picture)

    assert cli.json("check", picture).row["matches"] == []
    assert cli.json("store", "info").row["originals"] == 0


def test_what_is_kept_is_found_when_its_original_becomes_known(cli: CommandLine, tmp_path: Path) -> None:
    seen = save_picture(tmp_path, "seen.jpg", mirror(draw_picture(1)), quality=70)
    assert cli("check", "--keep", seen).code == 0

    added = cli.json("media", "add", save_picture(tmp_path, "original.jpg", draw_picture(1))).row

    assert len(added["matches"]) == 1
    assert [row["match_id"] for row in cli.json("match", "list").rows] == [added["matches"][0]["match_id"]]


def test_an_empty_folder_is_said_on_stderr(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = cli.json("check", tmp_path / "empty")

    assert (answer.code, answer.out) == (1, "")
    assert "empty folder" in answer.error["message"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/a.jpg", "http://169.254.169.254/latest", "http://[::1]/", "https://"]
)
def test_a_forbidden_address_is_refused_in_its_line(cli: CommandLine, known: Path, url: str) -> None:
    answer = cli.json("check", url, known)

    assert answer.code == 1
    assert [row["input"] for row in answer.rows] == [url, str(known)]
    assert answer.rows[0]["error"]


def test_an_address_is_fetched_through_the_guard_when_its_network_is_allowed(
    cli: CommandLine, known: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    httpserver.expect_request("/copy.jpg").respond_with_data(known.read_bytes(), content_type="image/jpeg")
    address = httpserver.url_for("/copy.jpg")
    monkeypatch.setenv("SANKOFA_ALLOWED_NETWORKS", '["127.0.0.0/8"]')

    answer = cli.json("check", address, httpserver.url_for("/missing.jpg"))

    found, missing = answer.rows
    assert (found["input"], found["error"], len(found["matches"])) == (address, None, 1)
    assert missing["error"]
    assert answer.code == 1


def test_a_folder_is_summed_up_beside_the_answers(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    save_picture(tmp_path, "other.jpg", draw_picture(2))

    answer = cli("check", known, tmp_path / "other.jpg", tmp_path / "missing.jpg")

    assert "3 files: 1 known, 1 not known here, 1 refused" in answer.err
    assert answer.err.count("Tried: ") == 1


def test_a_terminal_sees_a_bar_and_a_pipe_does_not(known: Path, cli: CommandLine) -> None:
    environment = {**os.environ, "SANKOFA_HOME": str(cli.home), "TERM": "xterm"}
    try:
        terminal, end = pty.openpty()
    except OSError:
        pytest.skip("needs a pseudo-terminal: mount /dev/pts")
    command = [*PROGRAM, "check", str(known), str(known)]

    with ThreadPoolExecutor(1) as readers:
        shown = readers.submit(_read_all, terminal)  # a terminal that nobody reads takes no more at some time
        try:
            subprocess.run(command, env=environment, stdout=end, stderr=end, timeout=60, check=True)
            piped = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=end, timeout=60, check=True)
        finally:
            os.close(end)

    text = shown.result().decode()
    assert "Checking" in text
    assert text.count(f"{known}: 1 known medium") == 2
    assert b"Checking" not in piped.stdout
    assert piped.stdout.count(b"1 known medium") == 2


def _read_all(terminal: int) -> bytes:
    written = b""
    try:
        while part := os.read(terminal, 65536):
            written += part
    except OSError:
        pass  # how a pseudo-terminal says that the other end is closed
    os.close(terminal)
    return written


def test_a_name_that_is_no_unicode_is_answered(cli: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    save_picture(tmp_path, "a.jpg", draw_picture(1)).rename(os.fsdecode(os.fsencode(folder) + b"/\xff\x1b.jpg"))

    assert os.fsencode(cli.json("check", folder).row["input"]).endswith(b"/\xff\x1b.jpg")
    assert "\x1b" not in cli("check", folder).out


def test_a_question_is_answered_while_another_process_writes(cli: CommandLine, known: Path) -> None:
    from index.backends.embedded import open_embedded

    store = open_embedded(str(cli.home / "sankofa.db"))
    try:
        assert json.loads(cli.json("check", known).out)["matches"]
    finally:
        store.close()


def test_the_proof_is_written_and_the_answer_says_where(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=60)

    (match,) = cli.json("check", copy, "--proof", tmp_path / "proof").row["matches"]

    assert set(match["proof"]) == {"known", "query", "overlay", "difference", "side-by-side"}
    for path in match["proof"].values():
        assert Path(path).is_relative_to(tmp_path / "proof")
        with Image.open(path) as drawn:
            assert (drawn.format, len(drawn.getexif())) == ("JPEG", 0)
    assert match["proof_error"] is None
    assert "side-by-side.jpg in " in cli("check", copy, "--proof", tmp_path / "proof").out


def test_nothing_is_drawn_for_the_same_file_or_unasked(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    asked = cli.json("check", known, "--proof", tmp_path / "proof").row["matches"][0]
    assert (asked["proof"], asked["evidence"]["rule"]) == ({}, "same-file")
    assert not (tmp_path / "proof").exists()


def test_a_proof_that_cannot_be_drawn_says_why_and_the_answer_stays(
    cli: CommandLine, known: Path, tmp_path: Path
) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=60)
    sha256 = cli.json("check", known).row["sha256"]
    for original in (tmp_path / "home" / "vault").rglob(f"*{sha256[4:]}*"):
        original.chmod(0o600)
        original.unlink()

    (match,) = cli.json("check", copy, "--proof", tmp_path / "proof").row["matches"]

    assert match["proof"] == {}
    assert match["proof_error"]


def test_words_say_how_much_was_done_and_how_surely(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    copy = save_picture(tmp_path, "copy.jpg", mirror(draw_picture(1)), quality=60)

    out = cli("check", copy).out
    evidence = cli.json("check", copy).row["matches"][0]["evidence"]

    assert "JPEG quality near 60" in out
    assert "such pairs (measured:" in out
    assert evidence["confident"] is True
    assert evidence["error_rate"]["of"] > 0


def test_the_answer_says_what_the_file_says_of_itself(cli: CommandLine, known: Path, tmp_path: Path) -> None:
    path = tmp_path / "told.jpg"
    draw_picture(5).save(path, exif=EXIF, xmp=AI_MADE)

    says = cli.json("check", path).row["file_facts"]

    assert says["digital_source_types"] == ["trainedAlgorithmicMedia"]
    assert says["position"] == [12.66, -8.005]
    assert {"name": "EXIF Make", "value": "Acme"} in says["metadata"]
    assert "the file says: made by a generative model; position 12.66000, -8.00500" in cli("check", path).out
