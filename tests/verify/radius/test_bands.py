import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.radius.drawing import as_set, brute_force, draw_words
from verify.radius.bands import build_tables, check_tables, plan_probes, read_band, read_bands, search_bands, sort_rows
from verify.radius.plan import Layout
from verify.radius.scan import Words

LAYOUTS = {
    64: [(8,) * 8, (22, 14, 10, 9, 9), (16, 16, 16, 16)],
    256: [(16,) * 16, (23, 22, 21, 20, 20, 19, 18, 17, 16, 16, 16, 16, 16, 16), (9,) * 28 + (4,)],
}
PRETENDED = 10**7  # so many that no radius of these tests is left to a scan


def table(words: Words, widths: tuple[int, ...]) -> tuple[Words, Layout]:
    layout = Layout(widths, len(words))
    return words[sort_rows(words, layout)], layout


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([(64, 0), (64, 1), (64, 2), (256, 0), (256, 1), (256, 2)]),
    st.integers(1, 400),
    st.integers(0, 70),
)
@settings(max_examples=60, deadline=None)
def test_finds_exactly_what_brute_force_finds(seed: int, which: tuple[int, int], count: int, radius: int) -> None:
    random = np.random.default_rng(seed)
    bits, choice = which
    radius = min(radius, 12) if bits == 64 else radius
    words, layout = table(draw_words(random, count, bits // 8), LAYOUTS[bits][choice])
    queries = np.concatenate([words[:3] ^ np.uint64(5), draw_words(random, 2, bits // 8)])

    found = search_bands(words, build_tables(words, layout), layout, queries, radius)

    assert as_set(found) == brute_force(words, queries, radius)


@pytest.mark.parametrize("radius", [0, 7, 31, 40])
def test_the_tables_answer_and_not_the_scan(radius: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few codes every plan is a scan, so the tables are asked with the probes of many codes."""
    random = np.random.default_rng(radius)
    words, layout = table(draw_words(random, 3_000, 32), LAYOUTS[256][1])
    probes = plan_probes(layout._replace(codes=PRETENDED), radius)
    assert probes is not None
    places = probes.places // PRETENDED * len(words)
    monkeypatch.setattr("verify.radius.bands.plan_probes", lambda *_: probes._replace(places=places))
    monkeypatch.setattr("verify.radius.bands.count_bearable", lambda _: 10**9)
    monkeypatch.setattr("verify.radius.bands.scan", lambda *_: pytest.fail("the scan was asked"))
    queries = np.concatenate([words[:40] ^ np.uint64(0b1011), draw_words(random, 5, 32)])

    found = search_bands(words, build_tables(words, layout), layout, queries, radius)

    assert as_set(found) == brute_force(words, queries, radius)


def test_a_crowd_in_one_bucket_is_scanned_and_found_whole() -> None:
    random = np.random.default_rng(3)
    words = draw_words(random, 60_000, 32)
    words[:50_000] = words[0]
    words, layout = table(words, (16,) * 16)
    tables = build_tables(words, layout)

    found = search_bands(words, tables, layout, np.stack([words[30_000], ~words[30_000]]), 31)

    assert tables.steps.dtype == np.uint16
    assert len(set(found.rows[found.queries == 0].tolist())) >= 50_000
    assert not np.any(found.queries == 1)


def test_bands_are_read_across_the_edges_of_words() -> None:
    random = np.random.default_rng(4)
    words = draw_words(random, 50, 32)
    layout = Layout((23, 22, 21, 20, 20, 19, 18, 17, 16, 16, 16, 16, 16, 16), 50)
    whole = [int.from_bytes(word.tobytes(), "little") for word in words]

    start = 0
    for values, width in zip(read_bands(words, layout), layout.widths, strict=True):
        expected = [(number >> start) & ((1 << width) - 1) for number in whole]
        assert values.tolist() == expected
        assert read_band(words, start, width).tolist() == expected
        start += width


def test_tables_of_other_lengths_are_noticed() -> None:
    words, layout = table(draw_words(np.random.default_rng(5), 100, 8), (16, 16, 16, 16))
    tables = build_tables(words, layout)

    assert check_tables(tables, layout)
    assert not check_tables(tables._replace(ids=tables.ids[1:]), layout)
    assert not check_tables(tables, layout._replace(widths=(17, 15, 16, 16)))
