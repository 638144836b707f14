"""Which internet addresses are public: our own table, because the one in ``ipaddress`` lets special ones pass.

On Python 3.11 ``is_global`` calls multicast, 168.63.129.16 and the NAT64 and 6to4 forms of 169.254.169.254 public.
Here an address is refused unless nothing speaks against it, and an IPv4 address inside an IPv6 one is judged itself.

Source: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190),
https://www.iana.org/assignments/iana-ipv4-special-registry/ and https://www.iana.org/assignments/iana-ipv6-special-registry/;
IPv6 Global Unicast (only 2000::/3 is given out), https://www.iana.org/assignments/ipv6-unicast-address-assignments/.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_DENIED_V4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared by a provider",  # 100.100.100.200 too: metadata of Alibaba Cloud
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "the host of an Azure machine",  # learn.microsoft.com, "What is IP address 168.63.129.16?"
    "169.254.0.0/16": "link-local",  # 169.254.169.254 too: metadata of most clouds
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112 sink",
    "192.52.193.0/24": "automatic multicast tunneling",
    "192.88.99.0/24": "6to4 relay",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112 sink",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved",
}
_DENIED_V6 = {
    "2001::/23": "protocol assignments",  # but Teredo, 2001::/32, is judged by what it holds
    "2001:db8::/32": "documentation",
    "2620:4f:8000::/48": "AS112 sink",
    "3ffe::/16": "returned by the 6bone",
    "3fff::/20": "documentation",
}
_V4 = tuple((IPv4Network(network), why) for network, why in _DENIED_V4.items())
_V6 = tuple((IPv6Network(network), why) for network, why in _DENIED_V6.items())
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TEREDO = IPv6Network("2001::/32")
_LAST_32_BITS = tuple(
    IPv6Network(network)
    for network in (
        "::ffff:0:0/96",  # IPv4-mapped, RFC 4291
        "::ffff:0:0:0/96",  # IPv4-translated (SIIT), RFC 2765
        "64:ff9b::/96",  # NAT64, RFC 6052; the local-use 64:ff9b:1::/48 of RFC 8215 stays refused
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: ahead of an IPv4 address in the last 64 bits


def explain_refusal(address: Address) -> str | None:
    """Say why *address* is not public (``loopback``, ``private``); ``None`` where it is."""
    if isinstance(address, IPv4Address):
        return next((why for network, why in _V4 if address in network), None)
    if address.scope_id is not None:
        return "bound to one interface"
    embedded = tuple(_iter_embedded(address))
    for inner in embedded:
        if why := explain_refusal(inner):
            return f"{why} ({inner} inside)"
    if any(address in network for network in _LAST_32_BITS) or address in _TEREDO:
        return None
    if address not in _GLOBAL_UNICAST:
        return "no global unicast address"
    return next((why for network, why in _V6 if address in network), None)


def is_allowed(address: Address, networks: tuple[Network, ...]) -> bool:
    """Tell whether *address* lies in one of *networks*; an IPv4-mapped address is judged as what it maps."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address.version == network.version and address in network for network in networks)


def parse_answer(text: str) -> Address:
    """Parse one answer of a resolver.

    Raises:
        ValueError: It is no internet address.
    """
    return ip_address(text)


def _iter_embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    bits = int(address)
    last = IPv4Address(bits & 0xFFFFFFFF)
    if any(address in network for network in _LAST_32_BITS) or (bits >> 32) & 0xFFFFFFFF in _ISATAP:
        yield last
    if address.sixtofour:
        yield address.sixtofour
    if address in _TEREDO:
        yield IPv4Address((bits >> 64) & 0xFFFFFFFF)  # the server
        yield IPv4Address(~bits & 0xFFFFFFFF)  # the client, its bits inverted (RFC 4380)
