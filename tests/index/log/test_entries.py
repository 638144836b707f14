"""Entries of the log: canonical bytes, and digests that only the record with its salt gives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec import decode, encode
from index.log.canonical import LARGEST
from index.log.entries import Entry, build_entry, build_void, digest_record, read_entry, seal
from index.model import REVISED, Claim, Revised, Verdict
from tests.contracts.records import NOON, build_claim, build_sample, build_verdict

NAMES = st.sampled_from(["a", "records", "source", "voids", "z_"])
VALUES = st.recursive(
    st.text() | st.integers(-LARGEST, LARGEST),
    lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
    max_leaves=6,
)


@given(
    st.builds(
        Entry,
        act=st.text(),
        actor=st.text(),
        at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])),
        revision=st.integers(0, LARGEST),
        more=st.dictionaries(NAMES, VALUES),
    )
)
def test_an_entry_comes_back_and_gives_the_same_bytes_again(entry: Entry) -> None:
    text = entry.encode()

    assert read_entry(text) == entry
    assert read_entry(text).encode() == text


def test_the_bytes_of_an_entry_are_pinned() -> None:
    entry = Entry(
        act="approve",
        actor="awa.diarra",
        at=NOON,
        kind="verdict",
        subject="V-2023-0007",
        revision=2,
        digest="ab",
        more={"reason": "أنفاق"},
    )

    assert entry.encode().decode() == (
        '{"act":"approve","actor":"awa.diarra","at":"2023-11-14T12:30:15.250000Z","digest":"ab","kind":"verdict",'
        '"reason":"أنفاق","revision":2,"subject":"V-2023-0007"}'
    )


@pytest.mark.parametrize(
    "more",
    [
        {"x": 0.5},
        {"x": None},
        {"x": True},
        {"x": LARGEST + 1},
        {"x": ["a", 1.0]},
        {"x": {"é": 1}},
        {"É": 1},
        {"act": "a"},
        {"x": "\ud800"},
    ],
)
def test_what_has_no_place_in_an_entry_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Entry(act="draft", actor="awa", at=NOON, more=more).encode()


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Entry(act="draft", actor="awa", at=datetime(2023, 11, 14)).encode()  # noqa: DTZ001 - the bad input


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b":", b": ", 1),
        lambda text: text.replace(b'"revision":0', b'"revision":false'),
        lambda text: text.replace(b'"revision":0', b'"revision":0.0'),
        lambda text: text.replace(b'"kind":"",', b""),
        lambda text: text.replace(b'"kind":""', b'"kind":"","kind":""'),
        lambda text: text.replace(b".250000Z", b".250000+00:00"),
        lambda text: text.replace(b"draft", b"dr\xffft"),
        lambda text: b"[" * 100_000,
        lambda text: b"[]",
        lambda text: b"",
    ],
)
def test_other_bytes_are_no_entry(change: Any) -> None:
    with pytest.raises(ValueError, match="no entry"):
        read_entry(change(Entry(act="draft", actor="awa", at=NOON).encode()))


def test_each_sealing_gives_another_salt_and_so_another_digest() -> None:
    verdict = build_verdict(7, "C-2023-0001", "Sankofa", None)

    one, other = seal(verdict, 0), seal(verdict, 0)

    assert (one.revision, len(one.salt)) == (1, 32)
    assert digest_record(one) != digest_record(other)
    assert replace(one, salt="") == replace(other, salt="")


@pytest.mark.parametrize("kind", REVISED)
def test_the_digest_is_that_of_the_record_as_it_is_read_again(kind: type[Revised]) -> None:
    record = seal(build_sample(kind), 4)

    assert digest_record(decode(kind, encode(record))) == digest_record(record)
    assert digest_record(replace(record, reason="other")) != digest_record(record)


def test_the_digest_of_a_record_from_before_a_field_was_added_stays() -> None:
    claim = build_claim(1, "Tunnels")
    older = encode(claim).replace('"merged_into":null,', "").replace('"salt":"",', "")

    assert len(older) < len(encode(claim)) - 20
    assert digest_record(decode(Claim, older)) == digest_record(claim)
    assert digest_record(claim) == "642eb696bea1bcb3753782fca3c9f6e5c3882a60b138e75fb4727f7bdfd4a84e"


def test_a_void_names_the_act_that_did_not_come_about() -> None:
    verdict = seal(build_sample(Verdict), 2)
    entry = build_entry(verdict, "approve", actor="awa.diarra", at=NOON)

    void = read_entry(build_void(entry.encode(), 41, NOON + timedelta(seconds=9)))

    assert (void.act, void.digest, void.revision) == ("void", digest_record(verdict), 3)
    assert void.more == {"voids": 41, "act_voided": "approve"}
