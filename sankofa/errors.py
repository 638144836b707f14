"""What can go wrong at the desk itself; the errors of the other packages pass through unchanged.

::

    DeskError
    ├── SettingsError            a setting cannot be used; names it and says what to write
    ├── PersonRequiredError      an act that judges or publishes, without a person
    ├── PersonUnknownError       (also LookupError) the person was never added
    ├── RoleMissingError         the act is for another person: by their role, or since they wrote it themselves
    ├── ActRefusedError          a verdict is in no state for this
    ├── InputError               (also ValueError) what a person gave cannot be used
    ├── NotEmptyError            what is to be written would mix with other work that is there
    └── BackupError              a folder is no backup, or not as it was written
"""


class DeskError(Exception):
    """Root of the errors of ``sankofa``."""


class SettingsError(DeskError):
    """A setting cannot be used."""


class PersonRequiredError(DeskError):
    """An act that judges or publishes needs a person."""

    def __init__(self, act: str) -> None:
        super().__init__(f"{act} needs a person: say who acts with --as PERSON or SANKOFA_PERSON")
        self.act = act


class PersonUnknownError(DeskError, LookupError):
    """The person was never added."""

    def __init__(self, person_id: str) -> None:
        super().__init__(
            f"nobody is called {person_id!r} here: add them with `sankofa person add {person_id} --name NAME`"
        )
        self.person_id = person_id


class RoleMissingError(DeskError):
    """The act is for another person; the message says who may."""


class ActRefusedError(DeskError):
    """A verdict is in no state for this act; the message says which acts are possible."""


class InputError(DeskError, ValueError):
    """What a person gave cannot be used; the message says what to do."""


class NotEmptyError(DeskError):
    """What is to be written would mix with other work that is there."""


class BackupError(DeskError):
    """A folder is no backup, is not as it was written, or was written by a newer version."""
