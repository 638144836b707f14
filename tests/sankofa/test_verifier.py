"""The verifier as a stranger runs it: one file, away from our packages, in three languages."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sankofa import verifier
from sankofa.verifier import LANGUAGES, WORDS
from tests.integrity.world import World, build_world

FILE = Path(verifier.__file__)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_world(tmp_path_factory.mktemp("newsroom"))


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Path:
    """A folder as a stranger has it: the pack, a file of it, a checkpoint among other words, an export, the verifier."""
    (tmp_path / "pack.zip").write_bytes(world.pack)
    (tmp_path / "report.html").write_bytes(world.desk.vault.read(_html(world)))
    (tmp_path / "earlier.txt").write_text(f"From the report of October:\n\n{world.earlier}", "utf-8")
    (tmp_path / "verify.py").write_bytes(FILE.read_bytes())
    (tmp_path / "log").mkdir()
    for name, content in world.export.items():
        (tmp_path / "log" / name).write_bytes(content)
    return tmp_path


def _html(world: World) -> str:
    from index.model import Report

    return world.desk.store.get(Report, "R-ML-2023-11-fr").html_sha256


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the file where nothing of ours can be imported from."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"LC_ALL": "fr_FR"}
    return subprocess.run(
        [sys.executable, "-P", "verify.py", *words],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_it_imports_the_standard_library_and_cryptography_and_nothing_else() -> None:
    imported = {
        alias.name.partition(".")[0] for node in ast.walk(ast.parse(FILE.read_text("utf-8")))
        if isinstance(node, ast.Import) for alias in node.names
    } | {
        (node.module or "").partition(".")[0] for node in ast.walk(ast.parse(FILE.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }  # fmt: skip

    assert imported - sys.stdlib_module_names == {"cryptography"}
    assert not imported & {"socket", "http", "urllib", "subprocess", "zipfile", "shutil"}


def test_a_stranger_verifies_a_pack_a_file_of_it_and_an_export(folder: Path, world: World) -> None:
    key = world.signer.public.fingerprint
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    whole = run(folder, "pack.zip", "--checkpoint", "earlier.txt", "--key", key)
    page = json.loads(run(folder, "report.html", "--pack", "pack.zip", "--json", "--language", "en").stdout)
    log = run(folder, "log", "--checkpoint", "earlier.txt", "--language", "ar")

    assert (whole.returncode, whole.stdout.splitlines()[0]) == (0, "INTACT : report R-ML-2023-11-fr.1")
    assert "issu de votre point de contrôle" in whole.stdout
    assert (page["intact"], page["name"], page["key"]) == (True, "report R-ML-2023-11-fr.1", key)
    assert {"code": "file_is", "text": "The file is report/R-ML-2023-11-fr.1.html of the pack, byte for byte."} in page[
        "proven"
    ]
    assert (log.returncode, log.stdout.splitlines()[0]) == (0, f"سليم: {world.signer.name}")
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_what_is_not_intact_ends_with_1_and_what_cannot_be_read_with_2(folder: Path, world: World) -> None:
    (folder / "changed.zip").write_bytes(world.pack[:-1])
    (folder / "other.html").write_bytes(b"<p>another</p>")

    ends = {
        words: run(folder, *words).returncode
        for words in (
            ("changed.zip",), ("other.html", "--pack", "pack.zip"), ("pack.zip", "--key", "0" * 64),
            ("pack.zip", "--checkpoint", "other.html"), ("nothing.zip",), ("pack.zip", "--key", "short"), (),
        )
    }  # fmt: skip

    assert list(ends.values()) == [1, 1, 1, 1, 2, 2, 2]


def test_a_checkpoint_is_found_where_it_was_printed_with_its_lines_broken(folder: Path, world: World) -> None:
    name, size, root, signed, _, signature = world.earlier.splitlines()
    broken = f"{signature[:70]}\n   {signature[70:]}"
    (folder / "page.html").write_text(f"<p>12</p><pre>{name}\n{size}\n{root}\n{signed}\n\n{broken}</pre>", "utf-8")
    (folder / "page.json").write_text(json.dumps({"checkpoint": world.earlier}, ensure_ascii=False), "utf-8")
    (folder / "line.txt").write_text(f"noté : {name} {size} {root} {signed}", "utf-8")
    (folder / "wrong.txt").write_text(world.earlier.replace(signature[-9:-3], "AAAAAA"), "utf-8")

    told = {
        name: json.loads(run(folder, "pack.zip", "--checkpoint", name, "--json").stdout)
        for name in ("page.html", "page.json", "line.txt", "wrong.txt")
    }

    assert [one["intact"] for one in told.values()] == [True, True, True, False]
    for page in ("page.html", "page.json"):
        assert "outside_unsigned" not in {one["code"] for one in told[page]["cautions"]}
    assert "outside_unsigned" in {one["code"] for one in told["line.txt"]["cautions"]}
    assert [one["code"] for one in told["wrong.txt"]["problems"]] == ["signature_wrong"]


def test_a_known_key_may_stand_in_a_file_among_other_words(folder: Path, world: World) -> None:
    (folder / "keys.md").write_text(f"Notre clé : {world.signer.public.fingerprint.upper()}.", "utf-8")

    told = json.loads(run(folder, "pack.zip", "--keys", "keys.md", "--json").stdout)

    assert [one["code"] for one in told["cautions"]] == ["absent", "no_outside"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_is_said_in_every_language_with_the_same_values(language: str) -> None:
    names = re.compile(r"\{(\w+)\}")
    place = LANGUAGES.index(language)

    assert [
        code for code, words in WORDS.items() if set(names.findall(words[place])) != set(names.findall(words[1]))
    ] == []
    assert len({words[place] for words in WORDS.values()}) >= len(WORDS) - 1
    used = set(re.findall(r'(?:say|BrokenError)\(\s*"(\w+)"', FILE.read_text("utf-8")))
    assert used - {"intact", "not_intact"} <= WORDS.keys()
