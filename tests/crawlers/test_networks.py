"""The table of what is not public."""

from ipaddress import ip_address, ip_network

import pytest

from crawlers.networks import explain_refusal, is_allowed

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "41.138.55.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
    "169.253.255.255", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255", "126.255.255.255",
    "128.0.0.1", "168.63.129.15", "168.63.129.17", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4007::1",
    "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:0:8.8.8.8", "2001:0:808:808::f7f7:f7f7",
]  # fmt: skip

FORBIDDEN = [
    "0.0.0.0",  # noqa: S104 - only read, never bound
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.1.2.3", "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.31.196.1", "192.52.193.1",
    "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8", "64:ff9b:1::169.254.169.254", "100::1", "100:0:0:1::1", "2001::1", "2001:1::1",
    "2001:2::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001:db8::1",
    "2001:0:7f00:1::f7f7:f7f7", "2001:0:808:808::80ff:fffe", "2001:0:808:808::5601:5601",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:a00:1::1", "2002:c0a8:1::1", "2620:4f:8000::1", "3ffe::1",
    "3fff::1", "3fff:fff:ffff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1",
    "fec0::1", "febf::1", "ff00::1", "ff02::1", "ff0e::1", "2001:4860::5efe:127.0.0.1",
    "2001:4860::200:5efe:10.0.0.1", "2606:4700::5efe:169.254.169.254",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_pass(text: str) -> None:
    assert explain_refusal(ip_address(text)) is None


@pytest.mark.parametrize("text", FORBIDDEN)
def test_special_addresses_are_refused(text: str) -> None:
    assert explain_refusal(ip_address(text))


def test_an_address_within_another_is_named() -> None:
    assert explain_refusal(ip_address("64:ff9b::169.254.169.254")) == "link-local (169.254.169.254 inside)"


def test_allowed_networks_are_matched_within_their_own_version() -> None:
    networks = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert is_allowed(ip_address("127.9.9.9"), networks)
    assert is_allowed(ip_address("::1"), networks)
    assert is_allowed(ip_address("::ffff:127.0.0.1"), networks)
    assert not is_allowed(ip_address("10.0.0.1"), networks)
    assert not is_allowed(ip_address("::2"), networks)
