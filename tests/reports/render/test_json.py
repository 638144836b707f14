import json

import pytest

from reports.i18n import LANGUAGES
from reports.render.json import SCHEMA, render_json
from tests.reports.sample import SampleDesk


def test_the_schema_comes_first_and_the_keys_in_a_stable_order(full_desk: SampleDesk) -> None:
    content = json.loads(render_json(full_desk.report()))
    assert list(content)[:4] == ["schema", "schema_version", "id", "country"]
    assert (content["schema"], content["schema_version"]) == (SCHEMA, 1)
    assert list(content)[-3:] == ["gaps", "method", "sources"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_report_gives_the_same_bytes(full_desk: SampleDesk, language: str) -> None:
    assert render_json(full_desk.report(language=language)) == render_json(full_desk.report(language=language))


def test_texts_are_plain_and_verbatim(full_desk: SampleDesk) -> None:
    text = render_json(full_desk.report(language="ar"))
    assert "\u2068" not in text
    assert "نفقا" in text


def test_moments_are_utc_and_partial_dates_stay_partial(full_desk: SampleDesk) -> None:
    content = json.loads(render_json(full_desk.report()))
    assert content["built_at"] == "2023-12-05T09:30:00Z"
    assert content["cases"][0]["comparisons"][0]["known"]["appeared_on"] == "2003-12"


def test_metrics_are_an_object_and_thumbnails_stay_out(full_desk: SampleDesk) -> None:
    text = render_json(full_desk.report())
    assert json.loads(text)["cases"][0]["spread"][1]["metrics"] == {"like_count": 1200, "view_count": 81000}
    assert "thumbnail" not in text


def test_the_bounds_of_the_month_are_those_of_the_country(desk: SampleDesk) -> None:
    content = json.loads(render_json(desk.report(country="TD")))
    assert (content["starts_at"], content["ends_at"]) == ("2023-10-31T23:00:00Z", "2023-11-30T23:00:00Z")
    assert content["cases"] == []
