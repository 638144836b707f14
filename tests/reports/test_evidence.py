"""How a match is known and how surely, in words that are true of its evidence."""

from dataclasses import replace

import pytest

from reports.evidence import (
    describe_areas,
    describe_evidence,
    describe_layout,
    describe_places,
    name_rule,
    summarise_evidence,
)
from reports.i18n import LANGUAGES, Translator
from reports.words import RULE_WORDS, SOUND_WORDS
from verify.evidence import MediaEvidence, Transformation
from verify.hashing.base import Region
from verify.rules import GEOMETRY, HASH_AND_AGREEMENT, HASH_AND_CROPS, HASH_AND_GEOMETRY, HASH_ONLY, RULES
from verify.timeline_alignment import Segment

ENGLISH = Translator("en")
BY_HASH = MediaEvidence("pdq+dhash", 12, (("dhash", 3),), "mirror", None, None, (), Transformation(), ("mirrored",))
LAID = replace(
    BY_HASH,
    method="local-features",
    distance_bits=None,
    witnesses=(),
    rule=GEOMETRY,
    aligned_points=41,
    outcome="part-of-known",
    transformation=Transformation(mirrored=True, kept_share=0.62, jpeg_quality=40),
    known_region=Region(0, 0, 0.62, 1),
    agreeing=(Region(0, 0, 0.6, 1),),
    differing=(Region(0, 0, 0.1, 0.1), Region(0.2, 0, 0.1, 0.1)),
)


def test_one_line_says_what_was_done_and_by_what_it_is_known() -> None:
    line = summarise_evidence(ENGLISH, LAID)
    assert line == (
        "mirrored, 62% of the original kept and JPEG quality near 40 (geometry agrees: local-features, 41 points aligned)"
    )
    assert summarise_evidence(ENGLISH, BY_HASH) == "mirrored (hash only: pdq+dhash, 12 bits apart)"
    assert summarise_evidence(ENGLISH, None) == "the same file, byte by byte"


@pytest.mark.parametrize("rule", [HASH_AND_GEOMETRY, GEOMETRY, HASH_AND_AGREEMENT, HASH_AND_CROPS])
def test_only_hashes_are_warned_of(rule: str) -> None:
    warning = "Hashes alone speak for it"
    assert warning in describe_evidence(ENGLISH, replace(BY_HASH, rule=HASH_ONLY))
    assert warning not in describe_evidence(ENGLISH, replace(BY_HASH, rule=rule))


def test_the_measured_error_rate_is_said_no_surer_than_it_was_measured() -> None:
    said = describe_evidence(ENGLISH, LAID)
    assert "Wrong in fewer than 1 of " in said
    assert "such pairs (measured: 0 of " in said
    assert "known media, wrong in fewer than 1 of " in said
    assert "answers (measured: 0 of " in said
    assert "such pairs" not in describe_evidence(ENGLISH, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [("not-compared", "was not compared"), ("differs", "not what is written"), ("", "not its content")],
)
def test_one_layout_is_told_from_one_picture(text: str, said: str) -> None:
    alike = replace(BY_HASH, outcome="same-layout", text=text)
    assert said in describe_layout(ENGLISH, alike)
    assert describe_layout(ENGLISH, alike) in describe_evidence(ENGLISH, alike)


def test_words_that_agree_are_said() -> None:
    assert "What is written in both is the same." in describe_evidence(ENGLISH, replace(LAID, text="agrees"))


def test_parts_and_areas_are_counted() -> None:
    assert describe_places(ENGLISH, LAID) == [
        "The later use shows 62 percent of the width and 100 percent of the height of the known picture."
    ]
    assert describe_areas(ENGLISH, LAID) == ["They agree in 1 area.", "They differ in 2 areas."]
    assert describe_areas(ENGLISH, BY_HASH) == []


def test_the_stretches_of_a_video_and_its_sound_are_said() -> None:
    video = replace(
        BY_HASH, segments=(Segment(3, 12.5, 63, 82, 2.0, 9), Segment(20, 21, 5, 6, None, 1)), sound="removed"
    )
    said = describe_evidence(ENGLISH, video)
    assert "From 0:03.0 to 0:12.5 it shows the known video from 1:03.0 to 1:22.0, at 2 times its speed." in said
    assert "From 0:20.0 to 0:21.0 it shows the known video from 0:05.0 to 0:06.0." in said
    assert said.endswith(SOUND_WORDS["removed"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_name(language: str) -> None:
    words = Translator(language)
    assert set(RULE_WORDS) == set(RULES)
    names = {name_rule(words, replace(BY_HASH, rule=rule)) for rule in RULES}
    assert len(names) == len(RULES)
