"""The guides are tested: every command in them runs, in order, on a copy of the demonstration, and says what the page says."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.backends.embedded import open_embedded
from index.model import ClaimMatch, Match, Record
from tests.e2e.runs import build_environment
from tests.pictures import draw_picture, mirror, save_picture

GUIDES = sorted((Path(__file__).parents[2] / "docs" / "guide").glob("*.md"))
EXAMPLES: dict[str, type[Record]] = {"X-0000-0000-0000-0000": Match, "XC-0000-0000-0000-0000": ClaimMatch}
"""What stands for the first match that is kept, of each kind."""


@dataclass
class Example:
    """A command of a guide and the lines that it is said to print."""

    command: str
    lines: list[str] = field(default_factory=list)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_command_of_the_guide_does_what_the_page_says(guide: Path, demonstration: Path, tmp_path: Path) -> None:
    home = demonstration
    desk = tmp_path / "desk"
    prepare_files(desk)
    environment = {**build_environment(home=str(home)), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    examples = read_examples(guide.read_text("utf-8"))

    assert len(examples) > 3
    for example in examples:
        match = re.fullmatch(r"export (\w+)=(\S+)", example.command)
        if match:
            environment[match[1]] = match[2]
            continue
        command = name_matches(example.command, home)
        done = subprocess.run(
            ["bash", "-c", command], env=environment, cwd=desk, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        assert says(done.stdout, example.lines), f"$ {command}\n{done.stdout}{done.stderr}"


def test_the_guides_have_a_page_for_each_who_sits_there() -> None:
    assert {guide.stem for guide in GUIDES} >= {"administrator", "analyst", "editor", "fact-checker"}


def read_examples(text: str) -> list[Example]:
    """Read the ``console`` blocks: ``$`` begins a command, other lines are its output."""
    examples: list[Example] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                examples.append(Example(line.removeprefix("$ ")))
            else:
                examples[-1].lines.append(line)
    return examples


def says(printed: str, lines: list[str]) -> bool:
    """Tell whether the lines occur in this order; ``…`` stands for anything."""
    pattern = ".*".join(".*".join(map(re.escape, line.split("…"))) for line in lines)
    return re.search(pattern, printed, re.DOTALL) is not None


def name_matches(command: str, home: Path) -> str:
    """Put the first match of each kind in the place of the examples."""
    store = open_embedded(home / "sankofa.db")
    try:
        for example, kind in EXAMPLES.items():
            if example in command:
                command = command.replace(example, next(store.iter_records(kind)).id)
    finally:
        store.close()
    return command


def prepare_files(desk: Path) -> None:
    """Lay out the files that the guides speak of."""
    (desk / "pictures").mkdir(parents=True)
    save_picture(desk, "tunnel.jpg", draw_picture(11))
    save_picture(desk, "old-tunnel.jpg", draw_picture(12))
    save_picture(desk / "pictures", "one.jpg", mirror(draw_picture(12)))
    save_picture(desk, "market.jpg", draw_picture(13))
    (desk / "posts.jsonl").write_text('{"id": "p1", "text": "Un tunnel découvert à Aguelhoc"}\n', "utf-8")
    (desk / "posts.csv").write_text(
        "platform,id,url,author,text,language,country,published_at,media\n"
        "facebook,1,https://facebook.example/1,page-1,Un marché,fr,ML,2023-11-20T10:00:00Z,market.jpg\n"
        "telegram,2,https://t.example/2,canal-1,Rien à voir,fr,ML,2023-11-21T10:00:00Z,\n",
        "utf-8",
    )
    (desk / "names.csv").write_text(
        "id,kind,country,fr,ar,spellings\nradio-tamani,organisation,ML,Radio Tamani,راديو تاماني,\nml-kidal,,,,,Kidalé\n",
        "utf-8",
    )
    (desk / "list.csv").write_bytes(
        "Affirmation;Verdict;Rédaction\nUn avion abattu à Ménaka;Faux;Exemple Vérif\n".encode("cp1252")
    )
    (desk / "checks.csv").write_text(
        "id;text;url;date;language;country;rating;publisher\n"
        "77;Une citerne d'eau empoisonnée à Ménaka;https://example.org/77;2023-11-02;fr;ML;Faux;Exemple Vérif\n",
        "utf-8",
    )
