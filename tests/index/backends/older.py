"""Files as earlier versions left them behind."""

from pathlib import Path

import apsw

_SINCE = {"edition": 12, "log_entry": 11, "analysis": 10, "word": 10, "vector": 8}
"""The version that brought each table."""
_POSTINGS_UNTIL = 6


def make_older(path: Path, version: int, altered: str) -> None:
    """Make of a store one of an earlier version, in which it wrote something otherwise."""
    connection = apsw.Connection(str(path))
    gone = "".join(f"DROP TABLE {table};" for table, since in _SINCE.items() if version < since)
    back = "CREATE TABLE posting (term TEXT);" if version < _POSTINGS_UNTIL else ""
    connection.execute(f"{gone} {back} PRAGMA user_version = {version}; {altered}")
    connection.close()
