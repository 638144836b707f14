"""How the table of places is built from GeoNames, on towns of our own; ``bench.places`` says from where the real ones are."""

from typing import Any

import pytest

from bench.places import build_slug, choose_spellings, iter_places, iter_states, render_table
from index.names.cells import LANGUAGES
from index.names.rows import parse_rows


def town(name: str, *others: str, number: int = 1) -> dict[str, Any]:
    place = {"latitude": 18.44345, "longitude": -1.5, "countrycode": "ML"}
    return {"name": name, "geonameid": number, "alternatenames": list(others), **place}


@pytest.mark.parametrize(("name", "slug"), [("N'Djamena", "ndjamena"), ("Fada N'gourma", "fada-ngourma"), ("Pô", "po")])
def test_an_id_is_small_ascii(name: str, slug: str) -> None:
    assert build_slug(name) == slug


def test_codes_other_scripts_romanisations_and_exonyms_are_left_out() -> None:
    others = ["GAQ", "Кидал", "kydal", "Kidalis", "كيدال", "کیدال", "Kidâl", "Tadmekka"]

    assert choose_spellings(town("Kidal", *others)) == ["Kidalis", "كيدال"]


def test_a_spelling_that_is_another_town_s_or_a_state_s_goes() -> None:
    towns = [town("Bamba", "Bambara", "Bambas", "النيجر"), town("Bambara", "Bambas", "Bambaras", number=2)]

    first, second = iter_places(towns, frozenset({"النيجر"}), "release 1")

    assert (first["spellings"], first["ar"], second["spellings"]) == ("", "", "Bambaras")


def test_a_row_says_where_it_is_from_and_can_be_read() -> None:
    table = render_table(iter_places([town("Kidal", "كيدال", "Kidalis", number=7)], frozenset(), "release 1"))

    (row,) = parse_rows(table.splitlines(keepends=True), "places.csv")

    assert (row.name_id, row.kind, row.country, row.names["ar"]) == ("ml-kidal", "place", "ML", "كيدال")
    assert (row.spellings, row.latitude, row.longitude) == (("Kidalis",), 18.44345, -1.5)
    assert (row.source, row.verified) == ("GeoNames 7 (release 1)", True)


def test_a_spelling_that_is_a_word_too_is_marked() -> None:
    (row,) = iter_places([town("San")], frozenset(), "release 1")

    assert row["ordinary"] == "San"


def test_every_state_has_a_name_in_each_language() -> None:
    states = list(iter_states())

    assert len({state["id"] for state in states}) == len(states) > 40
    assert [state["id"] for state in states if not all(state[language] for language in LANGUAGES)] == []
