"""What an evidence pack costs: ``python -m bench pack [--claims 300]`` prints JSON, in CPU seconds.

The month of ``bench report``, in memory, frozen as HTML, JSON, CSV and snapshot: building its pack with all originals, and
what the verifier takes to read it.
"""

import argparse
import json
import resource
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from bench.report import _fill, _time
from reports.formats import FORMATS
from sankofa.verifier import verify_path
from sankofa.workflows.judge import add_person
from sankofa.workflows.pack import build_pack
from sankofa.workflows.publish import freeze_report
from tests.sankofa.desks import open_test_desk

_FORMATS = ("html", "json", "csv", "snapshot")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = open_test_desk(Path(folder))
        add_person(desk, "bench", name="Bench")
        desk = replace(desk, person_id="bench")
        for number in range(asked.claims):
            _fill(desk.store, desk.vault, number, with_pictures=True)
        with patch("sankofa.workflows.publish.FORMATS", {name: FORMATS[name] for name in _FORMATS}):
            record = freeze_report(desk, country="ML", month="2023-11", language="fr").record
        pack, building = _time(lambda: build_pack(desk, record.id))
        result, verifying = _time(lambda: verify_path(pack.file, known=[pack.fingerprint]))
    figures = {
        "claims": record.case_count,
        "entries": result.facts["size"],
        "size_bytes": pack.size_bytes,
        "building_cpu_seconds": building,
        "verifying_cpu_seconds": verifying,
        "intact": result.is_intact,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures, indent=1))
