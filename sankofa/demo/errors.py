"""What can go wrong in the demonstration.

::

    sankofa.errors.DeskError
    └── DemoError
        ├── DemoPicturesMissingError   the photographs that stand in are not installed; says what to install
        └── DemoCaseError              (also ValueError) a case file contradicts itself; names the file and the place
"""

from sankofa.errors import DeskError


class DemoError(DeskError):
    """Root of the errors of the demonstration."""


class DemoPicturesMissingError(DemoError):
    """The photographs that stand in for the real media are not installed."""


class DemoCaseError(DemoError, ValueError):
    """A case file contradicts itself or another one."""
