"""An encoder of a newsroom's own: a folder with ``model.onnx``, ``tokenizer.json`` and, where needed, ``encoder.json``.

The model gives a vector for each token; these are averaged over the tokens of a text. ``encoder.json`` may say the ``prefix``
with which the model was trained to read texts (``query: `` of the family e5), and the ``centre`` that is taken from its
vectors: where they all point one way, signs say little before.
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError
from index.meaning.encoder import Vectors, prepare
from index.vectors import MAX_DIMENSIONS

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

MODEL, TOKENIZER, MORE = "model.onnx", "tokenizer.json", "encoder.json"
_MAX_TOKENS = 512
_TOGETHER = 32
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_KEYS = {"prefix", "centre"}
_CHUNK_BYTES = 1 << 20


class OnnxEncoder:
    """Documented at :class:`index.meaning.encoder.Encoder`."""

    def __init__(self, folder: Path) -> None:
        """Look whether all parts are there; they are read when something is encoded. Raises EncoderError."""
        for part in (MODEL, TOKENIZER):
            if not (folder / part).is_file():
                what = f"has no {part}" if folder.is_dir() else "is no folder"
                raise EncoderError(f"encoder: {folder} {what}: name a folder with {MODEL} and {TOKENIZER}")
        self._folder = folder
        self._prefix, self._centre = _read_more(folder / MORE)
        self._lock = threading.Lock()

    @cached_property
    def name(self) -> str:
        """The folder's name, and a digest of all its parts."""
        digest = hashlib.sha256()
        for part in (MODEL, TOKENIZER, MORE):
            if (self._folder / part).is_file():
                with (self._folder / part).open("rb") as file:
                    while chunk := file.read(_CHUNK_BYTES):
                        digest.update(chunk)
        return f"{self._folder.resolve().name}-{digest.hexdigest()[:12]}"

    @cached_property
    def dimensions(self) -> int:
        """As many as the model gives for a text."""
        return int(self._encode(["a"]).shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        parts = [self._encode(texts[start : start + _TOGETHER]) for start in range(0, len(texts), _TOGETHER)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), np.float32)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            read = self._tokenizer.encode_batch([self._prefix + prepare(text) for text in texts])
            mask = np.array([text.attention_mask for text in read], dtype=np.int64)
            given = (np.array([text.ids for text in read], dtype=np.int64), mask, np.zeros_like(mask))
            (tokens, *_) = self._run(dict(zip(_INPUTS, given, strict=True)))
        if tokens.ndim != 3 or tokens.shape[:2] != mask.shape or not 1 <= tokens.shape[2] <= MAX_DIMENSIONS:
            raise EncoderError(
                f"encoder: {self._folder / MODEL} gives {list(tokens.shape)} for {list(mask.shape)} tokens: it must give a"
                f" vector of at most {MAX_DIMENSIONS} components for each token"
            )
        vectors = _average(tokens.astype(np.float32), mask)
        if self._centre is None:
            return vectors
        if len(self._centre) != vectors.shape[1]:
            message = f"has {len(self._centre)} components, and the model's vectors {vectors.shape[1]}"
            raise EncoderError(f"encoder: the centre in {self._folder / MORE} {message}")
        return _normalise(vectors - self._centre)

    def _run(self, given: dict[str, npt.NDArray[np.int64]]) -> list[npt.NDArray[Any]]:
        wanted = [found.name for found in self._session.get_inputs()]
        unknown = set(wanted) - given.keys()
        if unknown:
            raise EncoderError(
                f"encoder: {self._folder / MODEL} asks for {', '.join(sorted(unknown))}, which texts have not"
            )
        try:
            answer: list[npt.NDArray[Any]] = self._session.run(None, {name: given[name] for name in wanted})
        except Exception as error:
            raise EncoderError(f"encoder: {self._folder / MODEL} cannot be run: {_say(error)}") from error
        return answer

    @cached_property
    def _session(self) -> "InferenceSession":
        try:
            from onnxruntime import InferenceSession

            return InferenceSession(str(self._folder / MODEL), providers=["CPUExecutionProvider"])
        except ImportError as error:
            raise EncoderError(_MISSING) from error
        except Exception as error:
            raise EncoderError(f"encoder: {self._folder / MODEL} cannot be read: {_say(error)}") from error

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        try:
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        except ImportError as error:
            raise EncoderError(_MISSING) from error
        except Exception as error:
            raise EncoderError(f"encoder: {self._folder / TOKENIZER} cannot be read: {_say(error)}") from error
        tokenizer.enable_truncation(_MAX_TOKENS)
        tokenizer.enable_padding()
        return tokenizer


_MISSING = "encoder: a model in a folder needs two packages more: pip install onnxruntime tokenizers"


def _average(tokens: Vectors, mask: npt.NDArray[np.int64]) -> Vectors:
    """The mean of the vectors of a text's own tokens, of unit length."""
    weights = mask[:, :, None].astype(np.float32)
    return _normalise((tokens * weights).sum(axis=1))


def _normalise(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    normal: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return normal


def _read_more(file: Path) -> tuple[str, Vectors | None]:
    """The prefix and the centre. Raises EncoderError."""
    try:
        given = json.loads(file.read_text("utf-8")) if file.exists() else {}
        if not isinstance(given, dict) or given.keys() - _KEYS or not isinstance(given.get("prefix", ""), str):
            raise ValueError('expected {"prefix": "query: ", "centre": [0.01, …]}, both optional')
        centre = np.array(given["centre"], dtype=np.float32) if "centre" in given else None
        if centre is not None and (centre.ndim != 1 or not np.isfinite(centre).all()):
            raise ValueError("the centre is no list of numbers")
    except (OSError, ValueError, TypeError) as error:
        raise EncoderError(f"encoder: {file} cannot be used: {_say(error)}") from error
    return given.get("prefix", ""), centre


def _say(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
