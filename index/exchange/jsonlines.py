"""Records as JSON Lines: ``{"kind":"claim","record":{…}}``, one a line, and back without loss."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.codec import decode, encode
from index.errors import RecordFormatError
from index.exchange.rows import RowProblem
from index.exchange.text_files import MAX_LINE_CHARACTERS, open_text
from index.model import KINDS, Record
from index.strict_json import parse_object


def render_records(records: Iterable[Record]) -> Iterator[str]:
    """Yield one line of text for each record, line break included; equal records give equal lines."""
    for record in records:
        yield f'{{"kind":"{record.KIND}","record":{encode(record)}}}\n'


def read_records(path: Path) -> Iterator[Record | RowProblem]:
    """Read records that :func:`render_records` wrote; a line that holds none gives a problem with its number.

    Raises:
        RecordFormatError: The file as a whole cannot be read.
    """
    with open_text(path) as lines:
        for line in lines:
            if line.too_long:
                message = f"the line is longer than {MAX_LINE_CHARACTERS} characters: is a line break missing?"
                yield RowProblem(line=line.number, message=message)
            elif line.text.strip():
                yield _read_line(line.number, line.text)


def _read_line(number: int, text: str) -> Record | RowProblem:
    try:
        found = parse_object(text)
        if set(found) != {"kind", "record"} or found["kind"] not in KINDS:
            raise ValueError('a line is {"kind":…,"record":{…}}, and its kind one of ' + ", ".join(KINDS))
        return decode(KINDS[found["kind"]], json.dumps(found["record"], ensure_ascii=False))
    except (ValueError, TypeError, RecordFormatError) as error:
        return RowProblem(line=number, message=str(error))
