"""Records become one canonical text, and come back as they were."""

import dataclasses
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.codec import decode, digest, encode, same_content
from index.errors import RecordFormatError
from index.model import KINDS, BankEntry, Claim, ClaimReview, Post, Record, Revised
from tests.contracts.records import NOON, build_claim, build_post, build_sample, build_samples, draw_records


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_record_with_every_field_filled_comes_back(kind: type[Record]) -> None:
    sample = build_sample(kind)

    assert decode(kind, encode(sample)) == sample


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_samples_fill_every_field(kind: type[Record]) -> None:
    sample = build_sample(kind)

    for field in dataclasses.fields(kind):
        if field.name == "erased":
            continue
        value = getattr(sample, field.name)
        assert value not in (None, (), ""), field.name
        if field.default is not dataclasses.MISSING and field.name != "status":
            assert value != field.default, field.name


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_record_comes_back(kind: type[Record], data: st.DataObject) -> None:
    record = data.draw(draw_records(kind))

    text = encode(record)

    assert decode(kind, text) == record
    assert encode(decode(kind, text)) == text


def test_the_text_is_canonical() -> None:
    text = encode(build_post(7, "« Kidal » أنفاق", published_at=NOON))

    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert '"published_at":"2023-11-14T12:30:15.250000Z"' in text
    assert "أنفاق" in text


def test_one_moment_in_two_time_zones_is_one_text() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=1)))

    assert encode(build_post(1, "", published_at=there)) == encode(build_post(1, "", published_at=NOON))


def test_a_whole_number_where_a_fraction_may_stand_is_one_text() -> None:
    review = build_sample(ClaimReview)

    whole, fraction = dataclasses.replace(review, rating_value=4), dataclasses.replace(review, rating_value=4.0)

    assert encode(whole) == encode(fraction)


def _with(**fields: Any) -> Callable[[], Record]:
    return lambda: build_post(1, "text", **fields)


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (_with(url="\ud800"), "surrogates"),
        (_with(id=""), "identifier"),
        (_with(id=5), "id"),
        (_with(published_at=datetime(2023, 11, 14)), "time zone"),  # noqa: DTZ001 - the point of the test
        (_with(published_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))), "range"),
        (
            _with(published_at=datetime(2023, 11, 14, tzinfo=timezone(timedelta(minutes=9, seconds=21)))),
            "something else",
        ),
        (_with(attachments=[]), "tuple"),
        (lambda: dataclasses.replace(build_sample(ClaimReview), rating_value=math.nan), "finite"),
        (lambda: dataclasses.replace(build_sample(ClaimReview), rating_value=math.inf), "finite"),
        (lambda: dataclasses.replace(build_sample(BankEntry), bank=typed("none")), "known"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(build: Callable[[], Record], says: str) -> None:
    with pytest.raises(RecordFormatError, match=says):
        encode(build())


def typed(value: Any) -> Any:
    """Let a wrong value pass the type checker: the record must refuse it by itself."""
    return value


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "5",
        lambda text: "null",
        lambda text: "[]",
        lambda text: text[:-1],
        lambda text: f"{text},{text}",
        lambda text: text.replace('"id"', '"identifier"'),
        lambda text: text.replace('{"attachments"', '{"new":1,"attachments"'),
        lambda text: text.replace('"kind":"video"', '"kind":"video","new":1', 1),
        lambda text: text.replace('"kind":"video"', '"kind":"sound"', 1),
        lambda text: text.replace("Z", "", 1),
        lambda text: "[" * 100_000,
    ],
)
def test_text_that_is_no_record_is_refused(spoil: Callable[[str], str]) -> None:
    text = encode(build_sample(Post)).replace("Z", "Z")

    with pytest.raises(RecordFormatError, match="no post can be read"):
        decode(Post, spoil(text))


def test_text_of_another_kind_is_refused() -> None:
    with pytest.raises(RecordFormatError):
        decode(Post, encode(build_sample(Claim)))


def test_fields_with_a_default_may_be_missing() -> None:
    text = '{"id":"P-1","platform":"x","native_id":"1","url":"u","author":"a"}'

    assert decode(Post, text) == Post(id="P-1", platform="x", native_id="1", url="u", author="a")


def test_the_digest_is_of_the_whole_record_and_stays_the_same() -> None:
    claim = build_claim(1, "Tunnels", revised_at=datetime(2023, 11, 14, tzinfo=UTC))

    assert digest(claim) == digest(build_claim(1, "Tunnels", revised_at=datetime(2023, 11, 14, tzinfo=UTC)))
    assert digest(claim) != digest(dataclasses.replace(claim, revision=2))


def test_same_content_looks_past_the_revision_number_only() -> None:
    for sample in build_samples().values():
        assert same_content(sample, sample)
        if isinstance(sample, Revised):
            assert same_content(sample, dataclasses.replace(sample, revision=9))
            assert not same_content(sample, dataclasses.replace(sample, reason="another"))
        assert not same_content(sample, dataclasses.replace(sample, id="another"))
    assert not same_content(build_sample(Post), build_sample(Claim))
