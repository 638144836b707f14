from collections import Counter

from index.analysis_characters import fold
from index.countries import check_country
from index.names.gazetteer import SHIPPED, iter_shipped, load_gazetteer

ROWS = list(iter_shipped())
NAMES = load_gazetteer().names
ARABIC = range(0x0620, 0x064B)


def test_the_sahel_is_there_in_each_kind() -> None:
    kinds: Counter[str] = Counter(name.kind for name in NAMES.values())
    countries = Counter(name.country for name in NAMES.values() if name.kind == "place")

    assert all(kinds[kind] >= least for kind, least in {"place": 400, "group": 30, "person": 70, "mission": 10}.items())
    assert all(countries[country] >= 60 for country in ("ML", "NE", "BF", "TD"))


def test_what_is_verified_names_its_source() -> None:
    assert [row.where for row in ROWS if row.verified and not row.source] == []
    assert [row.where for row in ROWS if not row.verified and row.source] == []


def test_places_that_are_built_name_geonames_and_its_licence() -> None:
    built = [row for row in ROWS if row.where.startswith("places.csv") and row.kind == "place"]

    assert all("GeoNames" in row.source and "CC BY 4.0" in row.source for row in built)
    assert all(row.latitude is not None and row.longitude is not None for row in built)


def test_countries_are_codes_and_ids_of_towns_begin_with_them() -> None:
    assert {row.country for row in ROWS if row.country} == {check_country(row.country) for row in ROWS if row.country}
    towns = [name.id for name in NAMES.values() if name.kind == "place" and name.latitude is not None]
    assert [name_id for name_id in towns if not name_id.startswith(f"{NAMES[name_id].country.lower()}-")] == []


def test_an_id_is_made_in_one_file_only() -> None:
    made = [row.name_id for row in ROWS if row.where.startswith(SHIPPED[0])]

    assert [name_id for name_id, times in Counter(made).items() if times > 1] == []


def test_arabic_names_are_in_arabic_script() -> None:
    assert [
        row.where for row in ROWS if any(ord(letter) in ARABIC for letter in row.names["fr"] + row.names["en"])
    ] == []
    assert [
        row.where for row in ROWS if row.names["ar"] and not any(ord(letter) in ARABIC for letter in row.names["ar"])
    ] == []


def test_no_row_spells_a_name_twice() -> None:
    doubled = []
    for row in ROWS:
        counts = Counter(fold(spelling) for spelling in row.spellings)
        doubled += [(row.where, spelling) for spelling, times in counts.items() if times > 1]

    assert doubled == []
