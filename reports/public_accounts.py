"""Which accounts are public, so that a report names them: a rule as data, ours or a newsroom's own."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.names.gazetteer import ACTOR_KINDS, load_gazetteer
from reports.errors import RuleUnreadableError

_LISTS, _SWITCHES = ("platforms", "accounts"), ("followed", "known")


@dataclass(frozen=True, kw_only=True)
class PublicAccounts:
    """The rule; accounts are folded by :func:`fold_account`, those of ``accounts`` behind their platform and a colon."""

    platforms: frozenset[str]
    followed: bool
    known: bool
    accounts: frozenset[str]

    def has(self, platform: str, account: str, account_name: str, followed: Collection[str]) -> bool:
        """Tell whether an account is public; *followed* are those (folded) that events name."""
        folded = fold_account(account)
        return (
            platform in self.platforms
            or f"{platform}:{folded}" in self.accounts
            or (self.followed and folded in followed)
            or (self.known and _is_known(account_name))
        )


def parse_public_accounts(text: str) -> PublicAccounts:
    """Parse a rule in TOML; what it leaves out is empty or false. Raises RuleUnreadableError."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleUnreadableError(f"no TOML: {error}") from error
    for name, value in given.items():
        if name not in (*_LISTS, *_SWITCHES):
            raise RuleUnreadableError(f"{name!r} is none of {', '.join((*_LISTS, *_SWITCHES))}")
        if name in _SWITCHES and not isinstance(value, bool):
            raise RuleUnreadableError(f"{name} is neither true nor false")
        if name in _LISTS and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
            raise RuleUnreadableError(f"{name} is no list of texts")
    pairs = (account.partition(":") for account in given.get("accounts", ()))
    return PublicAccounts(
        platforms=frozenset(given.get("platforms", ())),
        followed=given.get("followed", False),
        known=given.get("known", False),
        accounts=frozenset(f"{platform}:{fold_account(account)}" for platform, _, account in pairs),
    )


@cache
def load_public_accounts() -> PublicAccounts:
    """Load the rule that we ship."""
    return parse_public_accounts(files("reports").joinpath("public_accounts.toml").read_text("utf-8"))


def fold_account(account: str) -> str:
    """Write an account as it is compared: without ``@`` and case."""
    return account.strip().removeprefix("@").casefold()


def _is_known(name: str) -> bool:
    names = load_gazetteer()
    whole = [mention for mention in names.find_mentions(name) if mention.spelling == name.strip()]
    return any(names.names[mention.name_id].kind in ACTOR_KINDS for mention in whole)
