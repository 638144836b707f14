"""How readers check a frozen report against the log, in words."""

from reports.content import LogState
from reports.i18n import Translator


def say_log(words: Translator, log: LogState) -> str:
    """Say what the checkpoint in a report is and what it is good for."""
    return words.ngettext(
        "When this report was frozen, the log of the desk had %(num)s entry. These lines are the checkpoint that was signed"
        " then. Keep them: whoever has them can tell whether anything before was changed, left out or put in later.",
        "When this report was frozen, the log of the desk had %(num)s entries. These lines are the checkpoint that was signed"
        " then. Keep them: whoever has them can tell whether anything before was changed, left out or put in later.",
        log.size,
    )
