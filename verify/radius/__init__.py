"""Exact search of fixed-width codes within a Hamming radius.

`RadiusIndex` is all that others need. Inside: `plan` decides into which bands the codes are cut, `bands` looks
near codes up, `compiled` does the same faster where numba is installed, `scan` compares with every code, `keys`
holds the names of the codes, `segment` and `index` keep all of it up to date, `files` saves it.

May import: NumPy, and numba (the extra `fast`) where it is installed.
"""

from verify.radius.errors import RadiusFileError
from verify.radius.files import Snapshot, read_stamp
from verify.radius.index import RadiusIndex

__all__ = ["RadiusFileError", "RadiusIndex", "Snapshot", "read_stamp"]
