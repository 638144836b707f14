"""Bank entries whose hashes lie near those of a medium: candidates, to be compared."""

from collections.abc import Sequence

from index.model import Bank, BankEntry
from sankofa.desk import Desk
from verify.evidence import CANDIDATE_RADIUS_BITS
from verify.hashing.base import Fingerprint


def find_near(
    desk: Desk, probes: Sequence[Fingerprint], bank: Bank, radius_bits: int = CANDIDATE_RADIUS_BITS
) -> tuple[BankEntry, ...]:
    """Find the entries of *bank* with a code within the radius of one of *probes*, by identifier."""
    codes = [probe.code for probe in probes if probe.algorithm == "pdq"]
    hits = desk.store.find_fingerprints("pdq", codes, radius_bits=radius_bits, bank=bank)
    entries = desk.store.get_many(BankEntry, {hit.entry_id for hit in hits})
    return tuple(entries[entry_id] for entry_id in sorted(entries))
