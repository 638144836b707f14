"""What can go wrong with a saved radius index.

VerifyError
└── RadiusFileError   the file is absent, damaged, or of another form: build the index anew
"""

from verify.errors import VerifyError


class RadiusFileError(VerifyError):
    """A saved index that cannot be used. The codes are not lost: their store still has them."""
