import pytest

from verify.rules import (
    GEOMETRY,
    HASH_AND_AGREEMENT,
    HASH_AND_GEOMETRY,
    HASH_ONLY,
    RULES,
    SAME_FILE,
    Rate,
    Share,
    find_rate,
    is_confident,
    load_rates,
)


def test_only_a_hash_alone_is_not_confident() -> None:
    assert [rule for rule in RULES if not is_confident(rule)] == [HASH_ONLY]


def test_a_rule_that_nobody_knows_is_not_confident() -> None:
    assert not is_confident("")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != SAME_FILE])
def test_every_rule_has_a_measured_rate_with_an_honest_upper_end(rule: str) -> None:
    rate = find_rate(rule, None if rule == GEOMETRY else 31)
    assert rate is not None
    assert rate.per_pair.of > 0
    assert rate.per_pair.wrong / rate.per_pair.of < rate.per_pair.upper_95
    assert rate.per_query


def test_the_rate_is_that_of_the_nearest_distance_measured() -> None:
    near, far = find_rate(HASH_AND_AGREEMENT, 31), find_rate(HASH_AND_AGREEMENT, 32)
    assert near is not None
    assert far is not None
    assert (near.most_bits, far.most_bits) == (31, 62)


def test_what_was_never_measured_has_no_rate() -> None:
    assert find_rate(HASH_AND_GEOMETRY, 63) is None
    assert find_rate(SAME_FILE, None) is None


def test_rates_are_in_the_order_of_the_rules() -> None:
    rules = [rate.rule for rate in load_rates()]
    assert rules == sorted(rules, key=RULES.index)


def test_the_rate_per_query_is_that_of_a_store_as_large_or_of_the_largest() -> None:
    small, large = Share(0, 10, 0.3), Share(1, 10, 0.5)
    rate = Rate(GEOMETRY, None, small, ((400, small), (10_000, large)))
    assert rate.at_size(401) == (10_000, large)
    assert rate.at_size(10**6) == (10_000, large)
    assert Rate(GEOMETRY, None, small, ()).at_size(1) is None
