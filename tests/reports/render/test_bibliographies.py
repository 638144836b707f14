import json
from dataclasses import replace
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import RemoveEnclosingMiddleware
from jsonschema import Draft7Validator

from index.model import Wording
from reports.content import MonthlyReport
from reports.references import build_references
from reports.render.bibtex import render_bibtex
from reports.render.csl_json import render_csl_json
from reports.render.ris import render_ris
from tests.csl import read_schema
from tests.hostile import HOSTILE
from tests.reports.sample import SampleDesk


@pytest.fixture
def report(full_desk: SampleDesk) -> MonthlyReport:
    return full_desk.report(language="fr", text="[@V-2023-0001.1]")


def spoil(report: MonthlyReport, text: str) -> MonthlyReport:
    (case,) = report.cases
    verdicts = tuple(replace(each, publisher=text, url=text) for each in case.verdicts)
    return replace(report, cases=(replace(case, wording=Wording("fr", text), verdicts=verdicts),))


def read_bibtex(content: bytes) -> list[Any]:
    library = parse_string(content.decode(), parse_stack=[RemoveEnclosingMiddleware()])
    assert library.failed_blocks == []
    assert len(library.blocks) == len(library.entries)
    return list(library.entries)


def test_all_three_name_the_report_its_verdicts_and_its_sources(report: MonthlyReport) -> None:
    keys = [reference.key for reference in build_references(report)]
    assert keys[:4] == ["R-ML-2023-11-fr", "V-2023-0001.1", "V-2023-0001.2", "V-2023-0002.1"]
    assert [entry.key for entry in read_bibtex(render_bibtex(report))] == keys
    assert [item["id"] for item in json.loads(render_csl_json(report))] == keys
    assert [item["id"] for item in rispy.loads(render_ris(report).decode())] == keys


def test_an_entry_says_who_what_when_and_where(report: MonthlyReport) -> None:
    entry = read_bibtex(render_bibtex(report))[1]
    item = json.loads(render_csl_json(report))[1]
    record = rispy.loads(render_ris(report).decode())[1]
    title = "Cette photo montre un tunnel à Aguelhoc."
    address = "https://fasocheck.example/faux-tunnel"
    assert entry.entry_type == "online"
    assert [entry[name] for name in ("title", "author", "date", "url")] == [
        f"{{{title}}}", "{FasoCheck}", "2023-11-17", address,
    ]  # fmt: skip
    assert (item["title"], item["author"], item["URL"]) == (title, [{"literal": "FasoCheck"}], address)
    assert item["issued"] == {"date-parts": [[2023, 11, 17]]}
    assert (record["title"], record["authors"], record["year"]) == (title, ["FasoCheck"], "2023")
    assert record["urls"] == [address]


def test_csl_json_passes_the_official_schema(report: MonthlyReport) -> None:
    schema = Draft7Validator(read_schema())
    for each in (report, *(spoil(report, text) for text in HOSTILE)):
        schema.validate(json.loads(render_csl_json(each)))


def test_no_hostile_text_breaks_out_of_its_field(report: MonthlyReport) -> None:
    count = len(build_references(report))
    for text in HOSTILE:
        spoilt = spoil(report, text)
        assert len(read_bibtex(render_bibtex(spoilt))) == count, text
        assert len(rispy.loads(render_ris(spoilt).decode())) == count, text
