"""Read a web address once, strictly: what two parsers might read differently is refused.

Everything after this module works with the parts of an :class:`Address`, never with the text again.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

MAX_URL_CHARACTERS = 8_192
DEFAULT_PORTS = {"http": 80, "https": 443}

# The parts of an address. Source: RFC 3986, appendix B.
_PARTS = re.compile(r"(?i)(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?")
_HOST_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_KEPT_IN_PATH = "%/:@!$&'()*+,;=~-._?[]|^{}"


@dataclass(frozen=True, kw_only=True)
class Address:
    """An http or https address; ``host`` is ASCII, lower case, without brackets and without a dot at the end."""

    scheme: str
    host: str
    port: int
    target: str
    literal: IPv4Address | IPv6Address | None = None

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address; a default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address as text, in canonical form."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_address(url: str) -> Address:
    """Parse *url*; white space around it and a fragment are left away.

    Raises:
        ValueError: It is no http or https address, or could be read in two ways; the message says what is wrong.
    """
    url = url.strip()
    if len(url) > MAX_URL_CHARACTERS:
        raise ValueError(f"longer than {MAX_URL_CHARACTERS} characters")
    match = _PARTS.fullmatch(url) if not _UNSAFE.search(url) else None
    if match is None:
        raise ValueError("not a complete http:// or https:// address")
    scheme = match[1].lower()
    host, port = _split_authority(match[2])
    literal = _parse_literal(host)
    return Address(
        scheme=scheme,
        host=str(literal) if literal else _parse_name(host),
        port=port or DEFAULT_PORTS[scheme],
        target=quote((match[3] or "/") + (match[4] or ""), safe=_KEPT_IN_PATH),
        literal=literal,
    )


def is_address(url: str) -> bool:
    """Tell whether :func:`parse_address` would take *url*."""
    try:
        return bool(parse_address(url))
    except ValueError:
        return False


def join_address(base: str, reference: str) -> str:
    """Resolve *reference*, as found in the page or header of *base*, into a full address (not yet checked)."""
    return urljoin(base, reference.strip())


def _split_authority(authority: str) -> tuple[str, int]:
    if "@" in authority:
        raise ValueError("a user name or password inside the address")
    match = _HOST_PORT.fullmatch(authority)
    if match is None or not match[1]:
        raise ValueError("no host that we understand")
    port = int(match[2] or 0)
    if port > 65535 or (match[2] and not port):
        raise ValueError(f"no such port: {match[2]}")
    return match[1], port


def _parse_literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        if host.startswith("["):
            return _parse_v6(host[1:-1])
        return IPv4Address(host) if host.isascii() else None
    except AddressValueError as error:
        if host.startswith("["):
            raise ValueError(f"no IPv6 address: {host}") from error
        return None


def _parse_v6(text: str) -> IPv6Address:
    address = IPv6Address(text)
    if address.scope_id is not None:
        raise ValueError("an IPv6 address with a zone")
    return address


def _parse_name(host: str) -> str:
    name = _to_ascii(host).removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"no host name: {host}")
    # Browsers read 0x7f.1 and 2130706433 as IPv4 addresses. Source: WHATWG URL, "ends in a number".
    if _NUMBER.fullmatch(labels[-1]):
        raise ValueError(f"an IPv4 address is written as four decimal numbers, not {host}")
    return name


def _to_ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise ValueError(f"no host name: {host}") from error
