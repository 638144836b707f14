"""What a report cites as CSL-JSON, which Zotero and citation processors read.

Source: https://resource.citationstyles.org/schema/latest/input/json/csl-data.json
"""

import json

from reports.content import MonthlyReport
from reports.references import Reference, build_references


def render_csl_json(report: MonthlyReport) -> bytes:
    """Render the bibliography as a list of items."""
    items = [_write(each) for each in build_references(report)]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


def _write(reference: Reference) -> dict[str, object]:
    item: dict[str, object] = {
        "id": reference.key,
        "type": reference.kind,
        "title": reference.title,
        "author": [{"literal": reference.author}] if reference.author else [],
        "issued": {"date-parts": [[int(part) for part in reference.date.split("-")]]} if reference.date else {},
        "URL": reference.url,
        "archive_location": reference.archived_url,
        "language": reference.language,
        "note": reference.note,
    }
    return {name: value for name, value in item.items() if value}
