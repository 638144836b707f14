"""What a month's report costs: ``python -m bench report [--claims 300]`` prints JSON.

A month of so many claims in French and Arabic with two verdicts and two small pictures each, in a file. CPU of building it,
of the proofs that its verdicts are in the log, of the snapshot and of every format rendered from it, their sizes, and the most
memory that this took; of the files that were rendered one is in memory at a time.
"""

import argparse
import json
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from bench._desk import open_bench_desk
from index.backends.embedded import open_embedded
from index.identifiers import name_medium
from index.model import Claim, ClaimMedia, MediaFacts, MediaItem, Verdict, Wording
from index.ratings import Rating
from index.store import Store
from index.vault import Vault
from index.vaults import open_vault
from reports.content import MonthlyReport
from reports.formats import FORMATS, Format
from reports.monthly import build_monthly
from reports.snapshot import collect_thumbnails, read_snapshot, write_snapshot
from sankofa.desk import Desk
from sankofa.workflows.stamp import stamp

_NOW = datetime(2023, 12, 5, tzinfo=UTC)
_SIZE = (320, 213)
_WORDINGS = {
    "fr": "Cette photo montre un tunnel découvert à Kidal, selon le compte @MaliActu (Bamako), numéro {}",
    "ar": "تظهر هذه الصورة نفقا اكتشف في كيدال بحسب الحساب @MaliActu (Bamako)، رقم {}",
}
Answer = TypeVar("Answer")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=300)
    parser.add_argument("--language", choices=("fr", "en", "ar"), default="fr")
    parser.add_argument("--without", nargs="*", default=(), choices=tuple(FORMATS), help="formats to leave out")
    parser.add_argument("--no-pictures", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_embedded(path := Path(folder) / "sankofa.db")) as store,
        open_bench_desk(store=store) as desk,
        ProcessPoolExecutor(1, get_context("spawn")) as other,  # whose memory does not count
    ):
        other.submit(_fill_all, path, desk.home / "vault", asked.claims, not asked.no_pictures).result()
        print(json.dumps(_measure(desk, asked.language, asked.without), indent=1))


def _measure(desk: Desk, language: str, without: tuple[str, ...]) -> dict[str, Any]:
    def build() -> MonthlyReport:
        return build_monthly(
            desk.store,
            desk.vault,
            desk.decoder,
            country="ML",
            month="2023-11",
            language=language,
            now=_NOW,
            built_by="bench",
        )

    report, building = _time(build)
    report, stamping = _time(partial(stamp, desk, report))
    thumbnails = collect_thumbnails(report)
    snapshot, writing = _time(partial(write_snapshot, report))
    cases = len(report.cases)
    del report  # as freezing does
    frozen, reading = _time(partial(read_snapshot, snapshot, thumbnails.__getitem__))
    size = len(snapshot)
    del snapshot
    formats = {name: _render(form, frozen) for name, form in FORMATS.items() if name not in without}
    return {
        "claims": cases,
        "pictures": len(thumbnails),
        "building_cpu_seconds": building,
        "stamping_cpu_seconds": stamping,
        "snapshot": {"writing_cpu_seconds": writing, "reading_cpu_seconds": reading, "size_bytes": size},
        "formats": formats,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _render(form: Format, report: MonthlyReport) -> dict[str, float]:
    content, seconds = _time(partial(form.render, report))
    return {"cpu_seconds": seconds, "size_bytes": len(content)}


def _time(act: Callable[[], Answer]) -> tuple[Answer, float]:
    begin = process_time()
    return act(), round(process_time() - begin, 2)


def _fill_all(path: Path, vault: Path, claims: int, with_pictures: bool) -> None:
    with closing(open_embedded(path)) as store:
        for number in range(claims):
            _fill(store, open_vault(str(vault)), number, with_pictures=with_pictures)


def _fill(store: Store, vault: Vault, number: int, *, with_pictures: bool) -> None:
    media = tuple(_keep(store, vault, 2 * number + place) for place in (0, 1)) if with_pictures else ()
    claim = Claim(
        id=f"C-2023-{number + 1:05d}",
        wordings=tuple(Wording(language, text.format(number)) for language, text in _WORDINGS.items()),
        claimant=f"@compte_{number % 40}",
        first_appeared_on=f"2023-11-{number % 28 + 1:02d}",
        countries=("ML",),
        media=tuple(ClaimMedia(media_id, "shown") for media_id in media),
    )
    store.revise(claim, expected_revision=0)
    for place, publisher in enumerate(("FasoCheck", "بنبري")):
        verdict = Verdict(
            id=f"V-2023-{2 * number + place + 1:05d}",
            claim_id=claim.id,
            publisher=publisher,
            external=True,
            rating=Rating.FALSE,
            textual_rating="FAUX",
            review_date=date(2023, 11, 28),
            url=f"https://check.example/{number}/{place}",
            explanation=(
                Wording("fr", "La photo a été prise en décembre 2003 près de Tikrit et circulait déjà en 2016."),
            ),
        )
        store.revise(verdict, expected_revision=0)


def _keep(store: Store, vault: Vault, seed: int) -> str:
    noise = np.random.default_rng(seed).integers(0, 255, (6, 9, 3), dtype=np.uint8)
    output = BytesIO()
    Image.fromarray(noise).resize(_SIZE, Image.Resampling.BICUBIC).save(output, "JPEG", quality=80)
    kept = vault.keep(output.getvalue())
    item = MediaItem(
        id=name_medium(kept.sha256),
        sha256=kept.sha256,
        media_type="image/jpeg",
        kind="image",
        size_bytes=kept.size_bytes,
    )
    width, height = _SIZE
    facts = MediaFacts(id=f"{item.id}.bench", media_id=item.id, engine="bench", width=width, height=height)
    store.add([item, facts])
    return item.id
