"""Posts from a person's file."""

import json
import os
from pathlib import Path

import pytest

from crawlers.errors import SourceFormatError, SourceUnavailableError
from crawlers.guard import FetchLimits, GuardedFetcher
from crawlers.source import Batch, CollectRequest, Source
from crawlers.sources import files
from crawlers.sources.files import FileSource
from tests.contracts.source import PICTURE, POST_COUNT, SourceContract, day, read_numbers
from tests.crawlers.servers import LOOPBACK, Answer, serve_answers

ALL = CollectRequest()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BATCH_POSTS", 2)


class _FilesContract(SourceContract):
    path: Path

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        (tmp_path / "media").mkdir()
        (tmp_path / "media" / "two.jpg").write_bytes(PICTURE)


class TestCsv(_FilesContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        self.path = tmp_path / "posts.csv"
        self.path.write_text("id,text,published_at,media\n", encoding="utf-8")
        for number in range(POST_COUNT):
            self.add_post(number)
        return FileSource(self.path)

    def add_post(self, number: int) -> None:
        media = "media/two.jpg" if number == 2 else ""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f'{number},"number {number},\nsecond line",{day(number).isoformat()},{media}\n')


class TestJsonLines(_FilesContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        self.path = tmp_path / "posts.jsonl"
        for number in range(POST_COUNT):
            self.add_post(number)
        return FileSource(self.path)

    def add_post(self, number: int) -> None:
        media = ["media/two.jpg"] if number == 2 else None
        row = {"id": number, "text": f"number {number}", "published_at": day(number).isoformat(), "media": media}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def write(tmp_path: Path, content: str | bytes, name: str = "posts.csv") -> FileSource:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return FileSource(path)


def read(source: FileSource, request: CollectRequest = ALL, position: str = "") -> list[Batch]:
    return list(source.iter_batches(request, position))


def refused(batches: list[Batch]) -> list[tuple[str, str]]:
    return [refusal for batch in batches for refusal in batch.refused]


def test_every_column_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"video")
    source = write(
        tmp_path,
        "platform,id,url,author,author_name,title,text,language,country,published_at,media,media_urls\n"
        "Facebook,77,https://facebook.example/77,@page,La Page,Titre,«Texte»,fr,ml,2023-11-14T10:03:00+01:00,"
        "a.mp4,https://cdn.example/a.mp4\n",
    )
    item = read(source)[0].items[0]
    post = item.post
    assert (post.platform, post.native_id, post.url) == ("facebook", "77", "https://facebook.example/77")
    assert (post.author, post.author_name, post.title, post.text) == ("@page", "La Page", "Titre", "«Texte»")
    assert (post.language, post.country) == ("fr", "ML")
    assert post.published_at is not None
    assert post.published_at.isoformat() == "2023-11-14T09:03:00+00:00"
    assert [(one.url, one.kind) for one in post.attachments] == [("https://cdn.example/a.mp4", "video")]
    assert item.media[0].path == tmp_path / "a.mp4"
    assert item.capture_url == "https://facebook.example/77"


def test_a_file_saved_by_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    source = write(tmp_path, '\ufeffID;Text;Language\r\n1;tunnels de Kidal;fr\r\n2;"un; deux";fr\r\n')
    assert [item.post.text for batch in read(source) for item in batch.items] == ["tunnels de Kidal", "un; deux"]


BAD_ROWS = [
    (",no identifier,,", "needs an id or a url"),
    ("9,,,", "needs a text"),
    ("9,text,yesterday,", "published_at"),
    ("9,text,2023-13-40,", "published_at"),
    ("9,text,0001-01-01T00:00:00+14:00,", "published_at"),
    ("9,too few", "2 cells"),
    ("9,too,,,many,cells", "6 cells"),
    ('9,"never closed,,', "never closed"),
    ('9,"stray" quote,,', "expected after"),
    ("9,text,,../secret.txt", "outside the folder"),
    ("9,text,,media/../../secret.txt", "outside the folder"),
    ("9,text,,/etc/passwd", "outside the folder"),
    ("9,text,,C:\\secret.txt", "outside the folder"),
    ("9,text,,..\\secret.txt", "outside the folder"),
    ("9,text,,link/secret.txt", "leads outside the folder"),
    ("9,text,,link-to-file", "leads outside the folder"),
    ("9,text,,a\x00b", "null"),
]


@pytest.mark.parametrize(("row", "why"), BAD_ROWS)
def test_a_bad_row_is_refused_with_its_line_and_good_rows_are_kept(tmp_path: Path, row: str, why: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "link").symlink_to(tmp_path)
    (folder / "link-to-file").symlink_to(tmp_path / "secret.txt")
    batches = read(write(folder, f"id,text,published_at,media\n1,number 1,,\n{row}\n2,number 2,,\n3,number 3,,\n"))
    assert read_numbers(batches) == [1, 2, 3]
    [(where, message)] = refused(batches)
    assert where == "line 3"
    assert why in message.lower().replace("'", "")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("language", "french!"),
        ("country", "Mali"),
        ("url", "javascript:alert(1)"),
        ("media_urls", "file:///etc/passwd"),
    ],
)
def test_a_value_that_is_not_understood_names_its_column(tmp_path: Path, column: str, value: str) -> None:
    source = write(tmp_path, f"id,text,{column}\n1,number 1,{value}\n2,number 2,\n")
    batches = read(source)
    assert read_numbers(batches) == [2]
    assert refused(batches)[0][0] == "line 2"
    assert refused(batches)[0][1].startswith(column)


def test_a_row_in_another_encoding_says_what_to_do(tmp_path: Path) -> None:
    batches = read(write(tmp_path, b"id,text\n1,number 1\n" + "2,vidéo\n".encode("latin-1") + b"3,number 3\n"))
    assert read_numbers(batches) == [1, 3]
    assert refused(batches) == [("line 3", "not written in UTF-8; save the file as UTF-8")]


def test_line_numbers_count_lines_inside_quoted_cells(tmp_path: Path) -> None:
    batches = read(write(tmp_path, 'id,text\n1,"number 1\n\nthree lines"\n\nbad\n2,number 2\n'))
    assert read_numbers(batches) == [1, 2]
    assert [where for where, _ in refused(batches)] == ["line 6"]


BAD_LINES = [
    ("[1, 2]", "one json object"), ("{", "no json"), ('{"id": 1, "id": 2, "text": "a"}', "twice"),
    ('{"id": NaN, "text": "a"}', "nan"), ('{"id": {"a": 1}, "text": "a"}', "id: a text is needed"),
    ('{"id": true, "text": "a"}', "id: a text is needed"), ("[" * 10_000, "deeper"), ('{"id": 5, "text": "\\ud800"}', "half a"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "why"), BAD_LINES)
def test_a_bad_line_of_json_is_refused_alone(tmp_path: Path, line: str, why: str) -> None:
    good = '{"id": 1, "text": "number 1"}'
    batches = read(write(tmp_path, f"{good}\n{line}\n\n{good.replace('1', '2')}\n", "posts.jsonl"))
    assert read_numbers(batches) == [1, 2]
    [(where, message)] = refused(batches)
    assert where == "line 2"
    assert why in message.lower()


def test_an_unknown_column_is_said_and_not_read(tmp_path: Path) -> None:
    batches = read(write(tmp_path, "id,text,puplished_at\n1,number 1,2023-11-14\n"))
    assert read_numbers(batches) == [1]
    assert refused(batches)[0][0] == "line 1"
    assert "'puplished_at' is not known" in refused(batches)[0][1]


@pytest.mark.parametrize(
    "content", ["", "\n", "a,b\n1,2\n", "id,author\n1,x\n", "id,text,id\n1,2,3\n", '"id,text\n', b"\xff\xfe"]
)
def test_a_file_without_the_needed_columns_is_an_error(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(SourceFormatError):
        read(write(tmp_path, content))


def test_a_file_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match="cannot be read"):
        read(FileSource(tmp_path / "none.csv"))


def test_a_position_of_something_else_is_an_error(tmp_path: Path) -> None:
    for position in ("{", "[1]", '{"since_id": 3}', '"text"'):
        with pytest.raises(SourceFormatError, match="no position"):
            read(write(tmp_path, "id,text\n1,a\n"), position=position)


def test_media_that_are_not_there_leave_the_post(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    item = read(write(tmp_path, "id,text,media\n1,number 1,none.jpg;pipe.jpg\n"))[0].items[0]
    assert [(medium.path, medium.failure) for medium in item.media] == [(None, "no such file")] * 2


def test_files_and_addresses_belong_together_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"a")
    (tmp_path / "b.jpg").write_bytes(b"b")
    rows = (
        "1,number 1,a.jpg;b.jpg,https://x.example/1;https://x.example/2\n2,number 2,a.jpg;b.jpg,https://x.example/1\n"
    )
    batches = read(write(tmp_path, f"id,text,media,media_urls\n{rows}"))
    media = batches[0].items[0].media
    assert [(one.attachment.url, one.path and one.path.name) for one in media] == [
        ("https://x.example/1", "a.jpg"), ("https://x.example/2", "b.jpg"),
    ]  # fmt: skip
    assert refused(batches) == [("line 3", "media and media_urls belong together: 2 files, but 1 addresses")]


def test_addresses_without_files_are_fetched_through_the_guard(tmp_path: Path) -> None:
    page = Answer(b"<html>", headers={"Content-Type": "text/html"})
    with serve_answers({"/a.jpg": Answer(b"bytes", headers={"Content-Type": "image/jpeg"}), "/page": page}) as server:
        urls = f"{server.url}/a.jpg;{server.url}/gone.jpg;http://169.254.169.254/a.jpg;{server.url}/page"
        path = write(tmp_path, f"id,text,media_urls\n1,number 1,{urls}\n")._path
        fetcher = GuardedFetcher(FetchLimits(1000, 5), LOOPBACK)
        found = []
        for batch in FileSource(path, fetcher=fetcher).iter_batches(ALL, ""):
            found += [(one.path and one.path.read_bytes(), one.failure) for one in batch.items[0].media]
    assert found[0] == (b"bytes", "")
    assert [content for content, _ in found[1:]] == [None, None, None]
    assert "404" in found[1][1]
    assert "link-local" in found[2][1]
    assert "text/html" in found[3][1]


def test_without_a_fetcher_nothing_is_fetched(tmp_path: Path) -> None:
    item = read(write(tmp_path, "id,text,media_urls\n1,number 1,http://127.0.0.1:1/a.jpg\n"))[0].items[0]
    assert item.media[0].path is None
    assert item.media[0].failure


def test_words_accounts_and_languages_choose_rows(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        "id,author,language,text\n1,@One,fr,number 1 Tunnels de Kidal\n2,two,ar,number 2 أنفاق كِيدال\n3,@one,en,number 3\n"
        "4,one,,number 4 tunnel\n",
    )
    assert read_numbers(read(source, CollectRequest(words=("kidal tunnels", "أنفاق كيدال")))) == [1, 2]
    assert read_numbers(read(source, CollectRequest(accounts=("ONE",)))) == [1, 3, 4]
    assert read_numbers(read(source, CollectRequest(languages=("fr-FR",)))) == [1, 4]


def test_a_file_that_changed_before_the_position_is_read_again(tmp_path: Path) -> None:
    source = write(tmp_path, "id,text\n1,number 1\n2,number 2\n")
    position = read(source)[-1].position
    assert read(source, position=position) == []
    write(tmp_path, "id,text\n1,number 9\n2,number 2\n")
    assert read_numbers(read(source, position=position)) == [9, 2]
    write(tmp_path, "id,text\n1,number 1\n")
    assert read_numbers(read(source, position=position)) == [1]


@pytest.mark.parametrize(
    ("appended", "expected"),
    [
        ("", []),
        ("\n", []),
        ("\n3,number 3\n", [3]),
        ("0\n", [20]),
        ("0\n3,number 3", [20, 3]),
        ("\r\n3,number 3\r\n", [3]),
    ],
)
def test_a_last_row_without_line_end_is_read_and_read_again_if_it_grows(
    tmp_path: Path, appended: str, expected: list[int]
) -> None:
    source = write(tmp_path, "id,text\n1,number 1\n2,number 2")
    batches = read(source)
    assert read_numbers(batches) == [1, 2]
    with (tmp_path / "posts.csv").open("ab") as file:
        file.write(appended.encode())
    again = read(source, position=batches[-1].position)
    assert read_numbers(again) == expected
    if again:
        assert read(source, position=again[-1].position) == []


def test_line_numbers_go_on_where_the_last_run_ended(tmp_path: Path) -> None:
    source = write(tmp_path, 'id,text\n1,"number 1\n"\n2,number 2')
    position = read(source)[-1].position
    with (tmp_path / "posts.csv").open("a", encoding="utf-8") as file:
        file.write("\nbad\n")
    assert [where for where, _ in refused(read(source, position=position))] == ["line 5"]
