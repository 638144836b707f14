"""A report as JSON: the same content as the HTML, for machines.

One object, keys in the order of :class:`reports.content.MonthlyReport`, the same bytes for the same report. The fields are
those of :mod:`reports.content`, with these rules:

* ``schema`` and ``schema_version`` come first; later versions may add fields, never rename or remove them.
* Moments are UTC with ``Z``, days are ``2023-11-17``, partial dates keep their precision (``2016-12``).
* A statement is ``{"text": …, "cites": […]}``. Its text is plain: the isolates around names are left out.
* ``metrics`` is an object. Thumbnails are not repeated: a medium is named by ``media_id`` and ``sha256``.
* Texts from elsewhere are verbatim; ``null`` is "not known", an empty string "not given".
"""

import json
from dataclasses import is_dataclass
from datetime import date, datetime

from reports.bidi import remove_isolates
from reports.citations import Statement
from reports.content import MediumEntry, MonthlyReport, Spread

SCHEMA = "sankofa-monthly-report"
SCHEMA_VERSION = 1
_LEFT_OUT = {"thumbnail", "thumbnail_size", "modules"}


def render_json(report: MonthlyReport) -> str:
    """Render a report as JSON, indented, with a newline at the end."""
    content = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, **_write_fields(report)}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _write(value: object) -> object:
    match value:
        case Statement():
            return {"text": remove_isolates(value.text), "cites": list(value.cites)}
        case Spread():
            return {**_write_fields(value), "metrics": dict(value.metrics)}
        case MediumEntry():
            return {**_write_fields(value), "alt": remove_isolates(value.alt)}
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple():
            return [_write(item) for item in value]
    return _write_fields(value) if is_dataclass(value) else value


def _write_fields(record: object) -> dict[str, object]:
    return {name: _write(value) for name, value in vars(record).items() if name not in _LEFT_OUT}
