"""What a file says about itself, and the words in the picture: `read_metadata(path)`, `read_text(path)`.

May import: NumPy, Pillow, PyAV, defusedxml; c2pa in `credentials` alone, when it is installed. Nothing is fetched, and
nothing that a file says is executed; the one program that is started is tesseract, on a picture of bare pixels.
"""

from verify.metadata.credentials import Credentials, describe_credentials_reader
from verify.metadata.facts import FileFacts, read_metadata
from verify.metadata.fields import Fact
from verify.metadata.pairs import list_pairs
from verify.metadata.words import ReadText, describe_text_reader, read_text, read_text_of

__all__ = [
    "Credentials",
    "Fact",
    "FileFacts",
    "ReadText",
    "describe_credentials_reader",
    "describe_text_reader",
    "list_pairs",
    "read_metadata",
    "read_text",
    "read_text_of",
]
