"""A model in a folder: a real one of two layers, written here; and everything that can be wrong with a folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import EncoderError
from index.meaning.onnx import MODEL, MORE, TOKENIZER, OnnxEncoder
from index.meaning.opening import open_encoder

WORDS = ["[PAD]", "[UNK]", "query", ":", "tunnel", "kidal", "armée", "أنفاق"]
DIMENSIONS = 6


def field(number: int, value: bytes | str | int) -> bytes:
    """A field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def describe(name: str, kind: int, *axes: str | int) -> bytes:
    """A ValueInfoProto: 1 is float32, 7 is int64. Source: onnx.proto3."""
    shape = b"".join(field(1, field(2, axis) if isinstance(axis, str) else field(1, axis)) for axis in axes)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, shape)))


def write_model(
    file: Path, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), *, axis: int = 0, width: int = DIMENSIONS
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Write a model that looks each token up in a table, which is returned."""
    table = np.random.default_rng(1).standard_normal((len(WORDS), width)).astype(np.float32)
    tensor = (
        b"".join(field(1, size) for size in table.shape) + field(2, 1) + field(8, "table") + field(9, table.tobytes())
    )
    attribute = field(1, "axis") + field(3, axis) + field(20, 2)
    operands = ("table", "input_ids")
    node = b"".join(field(1, name) for name in operands) + field(2, "tokens") + field(4, "Gather") + field(5, attribute)
    graph = field(1, node) + field(2, "lookup") + field(5, tensor)
    graph += b"".join(field(11, describe(name, 7, "texts", "tokens")) for name in inputs)
    graph += field(12, describe("tokens", 1, "texts", "tokens", width))
    file.write_bytes(field(1, 8) + field(8, field(2, 13)) + field(7, graph))
    return table


def write_tokenizer(file: Path) -> None:
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    model = {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"}
    parts = {"normalizer": None, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None}
    whole: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        **parts,
        "model": model,
    }
    file.write_text(json.dumps(whole), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pytest.importorskip("onnxruntime", reason="needs a runtime of models: pip install onnxruntime")
    pytest.importorskip("tokenizers", reason="needs a reader of tokens: pip install tokenizers")
    folder = tmp_path / "small"
    folder.mkdir()
    write_model(folder / MODEL)
    write_tokenizer(folder / TOKENIZER)
    return folder


def mean(*vectors: Any) -> Any:
    total = np.sum(vectors, axis=0)
    return total / np.linalg.norm(total)


def test_the_vector_of_a_text_is_the_mean_of_its_own_tokens(folder: Path) -> None:
    table = write_model(folder / MODEL)
    encoder = OnnxEncoder(folder)

    vectors = encoder.encode(["TUNNEL Kidal", "armée", "tunnel tunnel kidal أنفاق"])

    assert encoder.dimensions == DIMENSIONS
    assert vectors[0] == pytest.approx(mean(table[4], table[5]), abs=1e-6)
    assert vectors[1] == pytest.approx(mean(table[6]), abs=1e-6)
    assert vectors[2] == pytest.approx(mean(table[4], table[4], table[5], table[7]), abs=1e-6)
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_many_texts_are_encoded_as_each_alone(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    texts = [" ".join(WORDS[4:][: number % 4 + 1]) for number in range(70)]

    assert encoder.encode(texts) == pytest.approx(np.concatenate([encoder.encode([text]) for text in texts]), abs=1e-6)


def test_a_prefix_and_a_centre_are_used_and_make_another_encoder(folder: Path) -> None:
    table, plain = write_model(folder / MODEL), OnnxEncoder(folder).name
    (folder / MORE).write_text(json.dumps({"prefix": "query: ", "centre": [0.5] * DIMENSIONS}))

    encoder = OnnxEncoder(folder)

    wanted = mean(table[2], table[3], table[4]) - 0.5
    assert encoder.encode(["tunnel"])[0] == pytest.approx(mean(wanted), abs=1e-6)
    assert encoder.name != plain
    assert encoder.name.startswith("small-")


def test_a_model_that_wants_types_of_tokens_gets_them(folder: Path) -> None:
    write_model(folder / MODEL, ("input_ids", "attention_mask", "token_type_ids"))

    assert OnnxEncoder(folder).encode(["tunnel"]).shape == (1, DIMENSIONS)


def test_a_folder_is_opened_by_its_path_without_reading_the_model(folder: Path) -> None:
    (folder / MODEL).write_bytes(b"no model")

    encoder = open_encoder(str(folder))

    assert encoder is not None
    with pytest.raises(EncoderError, match=r"model\.onnx cannot be read"):
        encoder.encode(["tunnel"])


@pytest.mark.parametrize(
    ("missing", "says"), [(MODEL, "has no model.onnx"), (TOKENIZER, "has no tokenizer.json"), ("", "is no folder")]
)
def test_a_part_that_is_missing_is_named_at_once(tmp_path: Path, missing: str, says: str) -> None:
    for part in {MODEL, TOKENIZER} - {missing} if missing else ():
        (tmp_path / part).touch()

    with pytest.raises(EncoderError, match=says):
        open_encoder(str(tmp_path if missing else tmp_path / "none"))


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"prefix": 3}', '{"suffix": ""}', '{"centre": ["a"]}', '{"centre": [[1]]}']
)
def test_what_is_no_description_is_refused_at_once(folder: Path, content: str) -> None:
    (folder / MORE).write_text(content)

    with pytest.raises(EncoderError, match=r"encoder\.json cannot be used"):
        OnnxEncoder(folder)


def test_what_does_not_fit_says_what(folder: Path) -> None:
    (folder / MORE).write_text('{"centre": [1, 2]}')
    with pytest.raises(EncoderError, match="has 2 components, and the model's vectors 6"):
        OnnxEncoder(folder).encode(["tunnel"])
    (folder / MORE).unlink()

    (folder / TOKENIZER).write_text("{}")
    with pytest.raises(EncoderError, match=r"tokenizer\.json cannot be read"):
        OnnxEncoder(folder).encode(["tunnel"])
    write_tokenizer(folder / TOKENIZER)

    write_model(folder / MODEL, ("input_ids", "pixel_values"))
    with pytest.raises(EncoderError, match="asks for pixel_values"):
        OnnxEncoder(folder).encode(["tunnel"])

    write_model(folder / MODEL, width=1_025)
    with pytest.raises(EncoderError, match="must give a vector of at most 1024 components for each token"):
        OnnxEncoder(folder).encode(["tunnel"])
