"""How often is the language of a text right where nobody says it? ``python -m bench languages --data FOLDER`` prints JSON.

FOLDER holds the sets of ``bench claims``: posts of CheckThat! 2021 in English and Arabic, French sentences of DACCORD, and the
translations of TICO-19 in all three. Each text is asked whole, and its first six words (addresses left out): the share that is
right, and the share that is taken for another of the three; the rest is "und". In the same run: script and function words alone.
"""

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from defusedxml.ElementTree import parse

from bench._collections import read_collection
from index.analysis import UNKNOWN, guess_language
from index.languages import identify_language

_MOST = 1_000
_WORDS = 6
_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/)\S*", re.IGNORECASE)
_SENTENCE = re.compile(r"sen_id\(\d+, \w+, '[ph]', '\w+', '\w+', '((?:[^'\\]|\\.)*)'\)")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

Guess = Callable[[str], str]


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the sets")
    folder = parser.parse_args().data
    try:
        sets = read_sets(folder)
    except (OSError, ValueError) as error:
        sys.exit(f"{folder} does not hold the sets: {error}")
    guesses: dict[str, Guess] = {"sankofa": identify_language, "script and function words": guess_language}
    identify_language("to load the model first")
    print(json.dumps({name: _measure(guess, sets) for name, guess in guesses.items()}, indent=1))


def read_sets(folder: Path) -> Mapping[tuple[str, str], Sequence[str]]:
    """Texts by (set, language)."""
    sets = {}
    for language in ("en", "ar"):
        splits = [read_collection(folder / f"clef2021-2a-{language}", split) for split in ("dev", "train")]
        sets["posts", language] = [post for split in splits for post in split.posts.values()]
    daccord = (folder / "daccord-fr" / "daccord_id.pl").read_text("utf-8")
    sets["sentences", "fr"] = [text.replace("\\'", "'") for text in _SENTENCE.findall(daccord)]
    for pair in ("en-fr", "en-ar"):
        for language, text in _iter_translations(folder / "tico19" / f"all.{pair}.tmx.zip"):
            sets.setdefault(("translations", language), []).append(text)
    return {name: texts[:: max(1, len(texts) // _MOST)] for name, texts in sets.items()}


def _iter_translations(archive: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(archive) as held, held.open(held.namelist()[0]) as file:
        for unit in parse(file).iter("tuv"):
            yield unit.get(_LANGUAGE, unit.get("lang", ""))[:2].lower(), "".join(unit.find("seg").itertext())


def _measure(guess: Guess, sets: Mapping[tuple[str, str], Sequence[str]]) -> dict[str, Any]:
    return {f"{language} {name}": _judge(guess, language, texts) for (name, language), texts in sets.items()}


def _judge(guess: Guess, language: str, texts: Sequence[str]) -> dict[str, Any]:
    begun = process_time()
    whole = [guess(text) for text in texts]
    spent = process_time() - begun
    beginnings = [guess(" ".join(_ADDRESS.sub(" ", text).split()[:_WORDS])) for text in texts]
    shares = {"whole": whole, "six words": beginnings}
    return {
        "texts": len(texts),
        **{name: _share(guesses, language) for name, guesses in shares.items()},
        "cpu_ms_a_text": round(1000 * spent / len(texts), 2),
    }


def _share(guesses: Sequence[str], language: str) -> dict[str, float]:
    right = sum(guessed == language for guessed in guesses)
    wrong = sum(guessed not in (language, UNKNOWN) for guessed in guesses)
    return {"right": round(right / len(guesses), 4), "wrong": round(wrong / len(guesses), 4)}


if __name__ == "__main__":
    main()
