"""Which encoder there is: the one of the extra, one of a newsroom's own, or none."""

from pathlib import Path

from index.meaning.encoder import Encoder
from index.meaning.onnx import OnnxEncoder
from index.meaning.shipped import find_shipped


def open_encoder(choice: str) -> Encoder | None:
    """Open the encoder that *choice* names: ``off`` none, empty the extra's if that is installed, else that of a folder.

    Raises:
        EncoderError: The folder holds no model.
    """
    if choice == "off":
        return None
    return OnnxEncoder(Path(choice)) if choice else find_shipped()
