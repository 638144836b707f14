"""Cells that a spreadsheet would run as formulas: texts here come from strangers.

A spreadsheet takes a cell for a formula that begins with ``=``, ``+``, ``-`` or ``@``, of full width too, some behind spaces or
marks that nobody sees; a tab or the end of a line may begin a cell of its own.

Source: OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
"""

import re

_FORMULA = re.compile(r"[\s'\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


def defuse(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet may take for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Take off the apostrophe that :func:`defuse` sets."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell
