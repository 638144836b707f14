"""Does a sentence find its translation? ``python -m bench translations --tico FOLDER`` prints JSON.

TICO-19 (CC0): English sentences are kept as claims, and their French and Arabic translations are asked for, with the words and
the vectors of the product. French is joined to English by way of Arabic; 299 French sentences stand beside others than their own
in the file, in three stretches that were found by reading, and are left out.
"""

import argparse
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
from defusedxml.ElementTree import parse

from index.backends.memory import MemoryStore
from index.meaning.claims import build_vectors, name_vectors
from index.meaning.encoder import Encoder
from index.meaning.opening import open_encoder
from index.model import Claim, Wording
from index.query import ClaimQuery, TextQuery
from index.vectors import quantise

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DEPTH = 10
_SHIFTED = (range(460, 734), range(1_082, 1_092), range(1_103, 1_118))
"""Of the pairs of Arabic and French, those whose sentences do not belong together."""

_TOGETHER = 256


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tico", type=Path, required=True, help="the folder with all.en-ar.tmx.zip and all.ar-fr.tmx.zip"
    )
    parser.add_argument("--queries", type=int, default=1_000)
    options = parser.parse_args()
    encoder = open_encoder("")
    if encoder is None:
        parser.error("the encoder is missing: pip install '.[semantic]'")
    arabic = _read_pairs(options.tico / "all.en-ar.tmx.zip", "ar", "en")
    french = _read_pairs(options.tico / "all.ar-fr.tmx.zip", "ar", "fr")
    paired = [(arabic[there], text) for there, text in french.items() if there in arabic]
    right = [pair for at, pair in enumerate(paired) if not any(at in rows for rows in _SHIFTED)]
    sentences = list(dict.fromkeys(arabic.values()))
    store = _keep(sentences, encoder)
    numbers = {sentence: number for number, sentence in enumerate(sentences)}
    asked = {
        "ar": {text: numbers[english] for text, english in arabic.items()},
        "fr": {text: numbers[english] for english, text in right},
    }
    report = {
        language: _measure(store, encoder, dict(list(questions.items())[:: max(1, len(questions) // options.queries)]))
        for language, questions in asked.items()
    }
    print(json.dumps({"encoder": encoder.name, "sentences": len(sentences), **report}, indent=1))


def _read_pairs(path: Path, one: str, other: str) -> Mapping[str, str]:
    """The segments of a translation memory in one language, with what they are in the other; each once."""
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
        units = [_read_unit(unit) for unit in parse(file).iter("tu")]
    return {unit[one]: unit[other] for unit in units if {one, other} <= unit.keys()}


def _read_unit(unit: Element) -> dict[str, str]:
    return {
        variant.get(_LANGUAGE, variant.get("lang", ""))[:2].lower(): " ".join("".join(variant.itertext()).split())
        for variant in unit.iter("tuv")
    }


def _keep(sentences: list[str], encoder: Encoder) -> MemoryStore:
    store = MemoryStore()
    claims = [
        Claim(id=f"C-2020-{number:05d}", revision=1, wordings=(Wording("en", sentence),))
        for number, sentence in enumerate(sentences)
    ]
    store.add_revisions(claims)
    for start in range(0, len(claims), _TOGETHER):
        store.add(build_vectors(name_vectors(claims[start : start + _TOGETHER], encoder), encoder))
    return store


def _measure(store: MemoryStore, encoder: Encoder, questions: Mapping[str, int]) -> dict[str, Any]:
    """How often the translation stands first, and among the first ten."""
    by_meaning, by_words = [], []
    for text, number in questions.items():
        (codes,) = quantise(encoder.encode([text]))
        near = [hit.claim_id for hit in store.find_vectors(encoder.name, codes, limit=_DEPTH)]
        query = ClaimQuery(text=TextQuery(words=text), limit=_DEPTH)
        worded = [hit.claim.id for hit in store.find_claims(query).hits]
        by_meaning.append(_find_place(near, number))
        by_words.append(_find_place(worded, number))
    return {
        "questions": len(questions),
        "meaning": _describe(np.array(by_meaning)),
        "words alone": _describe(np.array(by_words)),
    }


def _find_place(names: list[str], number: int) -> int:
    """The place of what was looked for, from 1; far behind where it was not found."""
    name = f"C-2020-{number:05d}"
    return names.index(name) + 1 if name in names else 1_000_000


def _describe(places: "np.ndarray[Any, np.dtype[np.int64]]") -> dict[str, float]:
    return {
        "S@1": round(float((places == 1).mean()), 4),
        "S@10": round(float((places <= _DEPTH).mean()), 4),
        "MAP@5": round(float(np.where(places <= 5, 1 / places, 0).mean()), 4),
    }


if __name__ == "__main__":
    main()
