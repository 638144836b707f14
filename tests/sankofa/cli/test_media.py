from contextlib import closing
from pathlib import Path

from index.backends.embedded import open_embedded
from index.model import MediaFacts
from tests.pictures import draw_picture, save_picture
from tests.sankofa.cli.lines import CommandLine
from tests.verify.metadata.test_facts import AI_MADE, EXIF


def test_a_folder_becomes_known_file_by_file(cli: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    (folder / "below").mkdir(parents=True)
    save_picture(folder, "a.jpg", draw_picture(1))
    save_picture(folder / "below", "b.jpg", draw_picture(2))
    (folder / "notes.txt").write_text("not a picture")

    answer = cli.json("media", "add", folder, "--caption", "Rafah")

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [True, False, True]
    assert cli.json("store", "info").row["records"]["media_item"] == 2


def test_adding_again_changes_nothing(cli: CommandLine, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))
    first = cli.json("media", "add", picture).row

    second = cli.json("media", "add", picture).row

    assert (first["new"], second["new"]) == (True, False)
    assert first["media_id"] == second["media_id"]
    assert cli.json("store", "info").row["records"]["appearance"] == 1


def test_a_medium_is_shown_by_its_number_or_its_bytes(cli: CommandLine, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))
    added = cli.json("media", "add", picture, "--source-url", "https://a.example/1", "--published-at", "2016-12").row

    rows = cli.json("media", "show", added["media_id"], added["sha256"]).rows

    assert [row["media_id"] for row in rows] == [added["media_id"]] * 2
    assert (rows[0]["width"], rows[0]["height"], rows[0]["media_type"]) == (640, 480, "image/jpeg")
    assert [(place["url"], place["appeared_on"]) for place in rows[0]["appearances"]] == [
        ("https://a.example/1", "2016-12")
    ]
    assert "December 2016" in cli("media", "show", added["media_id"]).out


def test_an_unknown_number_is_refused_and_the_others_are_shown(cli: CommandLine, tmp_path: Path) -> None:
    added = cli.json("media", "add", save_picture(tmp_path, "a.jpg", draw_picture(1))).row

    answer = cli.json("media", "show", "M-0000-0000-0000-0000", added["media_id"])

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [False, True]


def test_a_date_that_is_none_is_a_usage_error_and_nothing_is_kept(cli: CommandLine, tmp_path: Path) -> None:
    picture = save_picture(tmp_path, "a.jpg", draw_picture(1))

    assert cli("media", "add", picture, "--published-at", "long ago").code == 2
    assert not (cli.home / "sankofa.db").exists()


def test_an_empty_folder_is_said(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = cli("media", "add", tmp_path / "empty")

    assert answer.code == 1
    assert "empty folder" in answer.err


def test_a_flag_is_put_into_the_negative_bank_and_taken_out_again(cli: CommandLine, tmp_path: Path) -> None:
    person = cli.add_person()
    cli("check", "--keep", save_picture(tmp_path, "seen.jpg", draw_picture(1), quality=60))
    added = cli.json("media", "add", save_picture(tmp_path, "known.jpg", draw_picture(1))).row
    (match,) = added["matches"]

    row = cli.json("media", "negative", added["media_id"], "--label", "flag of Mali", "--as", person).row

    assert (row["active"], row["label"], row["revised_by"]) == (True, "flag of Mali", person)
    assert [(m["match_id"], m["status"]) for m in row["matches"]] == [(match["match_id"], "rejected")]
    undone = cli("media", "negative", tmp_path / "known.jpg", "--undo", "--as", person).out
    assert "suggested again" in undone
    assert [row["match_id"] for row in cli.json("match", "list").rows] == [match["match_id"]]


def test_files_go_into_the_negative_bank_one_by_one(cli: CommandLine, tmp_path: Path) -> None:
    flag = save_picture(tmp_path, "flag.jpg", draw_picture(1))

    answer = cli.json("media", "negative", flag, tmp_path / "none.jpg", "--label", "flag", "--as", cli.add_person())

    assert answer.code == 1
    assert [row["error"] is None for row in answer.rows] == [True, False]
    assert cli.json("store", "info").row["records"]["negative"] == 1


def test_the_negative_bank_needs_a_person_and_a_label(cli: CommandLine, tmp_path: Path) -> None:
    flag = save_picture(tmp_path, "flag.jpg", draw_picture(1))

    assert cli("media", "negative", flag, "--label", "flag").code == 5
    assert cli("media", "negative", flag, "--as", cli.add_person()).code == 2


def test_what_a_file_says_is_kept_found_by_its_kind_and_shown(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "told.jpg"
    draw_picture(5).save(path, exif=EXIF, xmp=AI_MADE)
    media_id = cli.json("media", "add", path).row["media_id"]

    says = cli.json("media", "show", media_id).row["file_facts"]
    out = cli("media", "show", media_id).out

    assert (says["digital_source_types"], says["position"]) == (["trainedAlgorithmicMedia"], [12.66, -8.005])
    assert "EXIF Make: Acme" in out
    with closing(open_embedded(str(tmp_path / "home" / "sankofa.db"), create=False)) as store:
        (found,) = store.find_linked(MediaFacts, "digital_source_type", ["trainedAlgorithmicMedia"])
    assert found.media_id == media_id


def test_why_a_file_was_refused_is_kept(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes(save_picture(tmp_path, "whole.jpg", draw_picture(1)).read_bytes()[:3000])
    media_id = cli.json("media", "add", path).rows[0]["media_id"]

    row = cli.json("media", "show", media_id).row

    assert row["refusal_reason"] == "truncated"
    assert f"refused: {row['refusal']}" in cli("media", "show", media_id).out
