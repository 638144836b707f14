"""What stays of a record that was erased."""

import dataclasses
import json
import re
from dataclasses import replace

import pytest

from index.codec import decode, encode, read_said
from index.documents import build_document
from index.erasing import KEPT, build_stub, find_guard, refuse_erased
from index.errors import RecordErasedError
from index.log.entries import build_erasure, digest_record, read_entry
from index.model import KINDS, Claim, Erasure, Post, Record, Report, Revised, Verdict
from tests.contracts.records import NOON, build_claim, build_post, build_sample

ERASURE = Erasure(by="awa", at=NOON, reason="law")
_SAID = re.compile(r'"([a-z_]+ 1\d*: [^"]*|[a-z_]+ 2: [^"]*)"')


@pytest.mark.parametrize("kind", KEPT)
def test_a_stub_says_nothing_that_its_record_said(kind: type[Record]) -> None:
    record = build_sample(kind)
    stub = build_stub(record, ERASURE)

    ties = {"id", "revised_by", *KEPT[kind]}
    said = {name: value for name, value in read_said(record).items() if name in ties}
    kept = set(_SAID.findall(json.dumps(said, ensure_ascii=False)))
    assert set(_SAID.findall(encode(record))) - kept
    assert set(_SAID.findall(encode(stub))) <= kept
    assert decode(kind, encode(stub)) == stub
    assert (stub.id, stub.erased, build_document(stub)) == (record.id, ERASURE, None)


def test_what_a_desk_counts_with_is_never_erased() -> None:
    assert {kind.KIND for kind in set(KINDS.values()) - KEPT.keys()} == {
        "cursor", "lease", "report", "saved_search", "serial",
    }  # fmt: skip


def test_each_revision_leaves_a_stub_with_a_salt_of_its_own() -> None:
    first = build_claim(1, "Tunnels", revision=1, revised_by="awa", reason="why", salt="old")
    stubs = [build_stub(replace(first, revision=number), ERASURE) for number in (1, 2)]

    assert [(stub.revision, stub.revised_by, stub.reason, stub.text) for stub in stubs] == [
        (1, "awa", "", ""),
        (2, "awa", "", ""),
    ]
    assert len({first.salt, *(stub.salt for stub in stubs)}) == 3
    entry = read_entry(build_erasure(stubs, actor="awa", at=NOON).encode())
    assert (entry.act, entry.subject, entry.revision, entry.digest) == ("erase", first.id, 0, "")
    assert entry.more["stubs"] == [{"revision": stub.revision, "digest": digest_record(stub)} for stub in stubs]


def test_only_who_knows_the_number_of_a_post_recognises_its_stub() -> None:
    post = build_post(17, "text")
    stub = build_stub(post, ERASURE)

    assert stub.guards() == {"native_id": (find_guard(replace(post, id="P-0099", text="other words")),)}
    assert stub.found_by() == stub.guards()
    assert find_guard(post) != find_guard(build_post(18, "text"))
    assert "17" not in stub.native_id or post.url not in encode(stub)


def test_a_stub_is_refused_where_somebody_wants_to_read_it() -> None:
    assert refuse_erased(build_post(1, "text")) == build_post(1, "text")
    with pytest.raises(RecordErasedError, match=r"post P-0001 was erased on 2023-11-14 by awa \(law\)"):
        refuse_erased(build_stub(build_post(1, "text"), ERASURE))


def test_an_erased_verdict_stands_no_more_and_a_redacted_report_is_still_one() -> None:
    verdict = build_stub(build_sample(Verdict), ERASURE)
    report = replace(build_sample(Report), erased=ERASURE)

    assert not verdict.stands
    assert (report.is_stub, report.found_by()) == (False, report.links())


def test_what_was_not_erased_is_written_as_before() -> None:
    fields = {field.name for field in dataclasses.fields(Post)} - {"erased"}
    assert set(re.findall(r'[{,]"(\w+)":', encode(build_post(1, "text")))) == fields
    assert isinstance(build_claim(1, "t"), Revised)
    with pytest.raises(KeyError):
        build_stub(build_sample(Report), ERASURE)
    assert decode(Claim, encode(build_claim(1, "t"))).erased is None
