"""Pseudonyms for the accounts of private people: the same throughout a month's reports, and not to be guessed without the key."""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, field, is_dataclass, replace
from typing import TypeVar, cast
from urllib.parse import urlsplit

from index.identifiers import name_by_content
from reports.content import MonthlyReport, Spread
from reports.public_accounts import PublicAccounts, fold_account

_HANDLE = re.compile(r"@([\w.\-]*\w)")
_ADDRESS = re.compile(r"https?://[^\s<>\"\u2066-\u2069]+")
_HIDDEN = "[…]"
Value = TypeVar("Value")


@dataclass(frozen=True)
class Hiding:
    """Which accounts are public, and the secret from which the pseudonyms of all others are drawn."""

    rule: PublicAccounts
    key: bytes = field(repr=False)


class Pseudonyms:
    """Names accounts for one *month* of one country, as in ``ML-2023-11``; *word* is "account" in the report's language.

    *followed* are the accounts that the desk's events name. Without a *hiding* every account is shown.
    """

    def __init__(self, hiding: Hiding | None, followed: Collection[str], *, month: str, word: str) -> None:
        self._hiding, self._month, self._word = hiding, month, word
        self._followed = frozenset(map(fold_account, followed))
        self._accounts: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._addresses: set[str] = set()
        self._hosts: set[tuple[str, str]] = set()

    @property
    def count(self) -> int:
        """How many accounts were hidden so far."""
        return len(self._accounts)

    def take(self, platform: str, account: str, account_name: str, url: str) -> str:
        """Take up an account with the address of a post of its own; returns what it is called, its own name if it is public."""
        if self._hiding is None or not account:
            return account
        if self._hiding.rule.has(platform, account, account_name, self._followed):
            return account
        name, folded = self._draw(self._hiding.key, platform, account), fold_account(account)
        self._accounts[folded] = name
        self._names |= dict.fromkeys({folded, fold_account(account_name)} - {""}, name)
        if url:
            self._addresses.add(url)
            self._hosts.add((_host(url), folded))
        return name

    def hide_line(self, line: Spread) -> Spread:
        """Return a line whose account, if it is not public, has a pseudonym, and neither name nor address."""
        name = self.take(line.platform, line.account, line.account_name, line.url)
        return line if name == line.account else replace(line, account=name, account_name="", url="")

    def hide(self, report: MonthlyReport) -> MonthlyReport:
        """Return a report in which nothing but the editor's own text names what was hidden in its lines."""
        return replace(self._walk(report), text=report.text) if self._accounts else report

    def _draw(self, key: bytes, platform: str, account: str) -> str:
        said = "\0".join((self._month, platform, fold_account(account)))
        code = name_by_content("", hmac.digest(key, said.encode(), "sha256").hex())
        return f"{self._word}{code[:10]}"

    def _walk(self, value: Value) -> Value:
        if isinstance(value, str):
            return cast("Value", self._hide_text(value))
        if isinstance(value, tuple):
            return cast("Value", tuple(map(self._walk, value)))
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changed = {name: self._walk(field) for name, field in vars(value).items()}
        if changed.get("claimant"):
            changed["claimant"] = self._names.get(fold_account(changed["claimant"]), changed["claimant"])
        return replace(value, **changed)

    def _hide_text(self, text: str) -> str:
        if text in self._addresses:
            return ""
        text = _ADDRESS.sub(self._hide_address, text) if "://" in text else text
        return _HANDLE.sub(self._hide_handle, text) if "@" in text else text

    def _hide_handle(self, found: re.Match[str]) -> str:
        return self._accounts.get(found[1].casefold(), found[0])

    def _hide_address(self, found: re.Match[str]) -> str:
        address = found[0]
        parts = {(_host(address), fold_account(part)) for part in address.split("/")[3:]}
        return _HIDDEN if address in self._addresses or parts & self._hosts else address


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
