"""Give numbers to what people cite: claims and verdicts, one series per year.

A number is taken by creating the record under it, so two desks that number at once never share one, and a process that dies in
between leaves no gap. The :class:`~index.model.Serial` record only says where to begin to look.
"""

from collections.abc import Callable

from index.errors import RecordNotFoundError, RevisionConflictError
from index.identifiers import number
from index.model import Serial
from index.store import AnyRevised, Store


def create_numbered(
    store: Store,
    prefix: str,
    year: int,
    build: Callable[[str], AnyRevised],
    keep: Callable[[AnyRevised], AnyRevised] | None = None,
) -> AnyRevised:
    """Create the record that *build* makes under the next free number of *prefix* and *year*.

    *keep*, where given, creates it in the place of ``store.revise`` and raises RevisionConflictError where the number is taken.
    """
    series = _get_series(store, f"{prefix}-{year:04d}")
    serial = series.last + 1
    while True:
        record = build(number(prefix, year, serial))
        try:
            created = keep(record) if keep else store.revise(record, expected_revision=0)
        except RevisionConflictError:
            serial += 1
            continue
        _advance(store, series, serial)
        return created


def _get_series(store: Store, series_id: str) -> Serial:
    try:
        return store.get(Serial, series_id)
    except RecordNotFoundError:
        return Serial(id=series_id, last=0)


def _advance(store: Store, series: Serial, serial: int) -> None:
    try:
        store.revise(Serial(id=series.id, last=serial), expected_revision=series.revision)
    except RevisionConflictError:
        pass  # somebody else moved it on; the next one to number looks from there
