"""Whose accounts reports name: by the rule that we ship, or by one of a newsroom's own."""

from pathlib import Path

from reports.errors import RuleUnreadableError
from reports.public_accounts import PublicAccounts, load_public_accounts, parse_public_accounts
from sankofa.errors import SettingsError


def load_public_accounts_file(path: Path | None) -> PublicAccounts:
    """Load the rule in *path*, or ours.

    Raises:
        SettingsError: The file cannot be read, or is no rule; the message says what is wrong.
    """
    try:
        return parse_public_accounts(path.read_text("utf-8")) if path else load_public_accounts()
    except OSError as error:
        raise SettingsError(f"public_accounts_file: {path} cannot be read: {error.strerror}") from error
    except (RuleUnreadableError, UnicodeDecodeError) as error:
        raise SettingsError(f"public_accounts_file: {path}: {error}") from error
