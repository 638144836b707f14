"""The desk over a folder of known pictures, asked as a person asks, and its stages one by one, for the benches."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from pathlib import Path

from bench._desk import check, make_known
from index.model import BankEntry
from index.query import FeatureHit
from sankofa.desk import Desk
from verify.description import describe_media
from verify.evidence import CANDIDATE_RADIUS_BITS, MediaEvidence, compare
from verify.features import CANDIDATES, NOMINATING_SPREAD_INLIERS, describe_query, verify_geometry
from verify.media import open_image
from verify.recognition import read_features


@dataclass
class WordIndex:
    """Words and the pictures that have them; the score is the sum of the rarity of the words that are shared."""

    _pictures: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    def add(self, words: tuple[str, ...]) -> int:
        """Add a picture's distinct words; pictures are numbered from 0."""
        number = self._count
        for word in words:
            self._pictures[word].append(number)
        self._count += 1
        return number

    def score(self, words: tuple[str, ...]) -> Counter[int]:
        """Score of every picture that shares a word."""
        scores: Counter[int] = Counter()
        for word in words:
            pictures = self._pictures.get(word, ())
            rarity = log(1 + (self._count - len(pictures) + 0.5) / (len(pictures) + 0.5))
            for number in pictures:
                scores[number] += rarity  # type: ignore[assignment]  # a Counter adds fractions as well
        return scores


@dataclass(frozen=True)
class Stages:
    """What each stage finds, by the names of the known pictures: `nominated` with its spread inliers."""

    by_hash: frozenset[str]
    nominated: Mapping[str, int]
    candidates: frozenset[str]


class Engine:
    """Add known pictures, then ask."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._names)

    def add(self, path: Path) -> None:
        """Remember the picture under its name. Raises MediaRefusedError."""
        self._names[make_known(self._desk, path)] = path.name

    def ask(self, path: Path) -> dict[str, MediaEvidence]:
        """What the desk answers: the evidence by the known picture's name. Raises MediaRefusedError."""
        matches = check(self._desk, path).matches
        return {self._names[match.item.id]: match.evidence for match in matches if match.evidence is not None}

    def ask_stages(self, path: Path) -> Stages:
        """What each stage finds before anything is decided. Raises MediaRefusedError."""
        query = describe_query(open_image(path))
        hits: list[tuple[FeatureHit, bool]] = []
        for mirrored in (False, True):
            words = query.words(mirrored)
            found = self._desk.store.find_features(words, limit=CANDIDATES, bank="known")
            hits.extend((hit, mirrored) for hit in found)
        hits.sort(key=lambda pair: (-pair[0].score, pair[0].entry_id, pair[1]))
        entries = self._desk.store.get_many(BankEntry, {hit.entry_id for hit, _ in hits[:CANDIDATES]})
        nominated: dict[str, int] = {}
        for hit, mirrored in hits[:CANDIDATES]:
            entry = entries[hit.entry_id]
            known = read_features(entry.words, entry.features)
            geometry = verify_geometry(query, known, mirrored, NOMINATING_SPREAD_INLIERS)
            if geometry is not None:
                name = self._names[entry.media_id]
                nominated[name] = max(geometry.spread_inliers, nominated.get(name, 0))
        candidates = frozenset(self._names[entry.media_id] for entry in entries.values())
        return Stages(frozenset(self._ask_hashes(path)), nominated, candidates)

    def _ask_hashes(self, path: Path) -> list[str]:
        probes = describe_media(path).probes
        codes = [probe.code for probe in probes if probe.algorithm == "pdq"]
        hits = self._desk.store.find_fingerprints("pdq", codes, radius_bits=CANDIDATE_RADIUS_BITS, bank="known")
        entries = self._desk.store.get_many(BankEntry, {hit.entry_id for hit in hits}).values()
        return [self._names[entry.media_id] for entry in entries if compare(probes, entry.fingerprints) is not None]
