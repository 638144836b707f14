import socket
from pathlib import Path

import pytest

from verify.metadata.xmp import MAXIMUM_PACKET_BYTES, UnreadableXmpError, iter_xmp

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"


def packet(inside: str, attributes: str = "", before: str = "") -> bytes:
    return (
        f'{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" '
        f'xmlns:dc="{DC}" xmlns:Iptc4xmpExt="{EXT}" {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def why_not(data: bytes) -> str:
    with pytest.raises(UnreadableXmpError) as refused:
        list(iter_xmp(data))
    return str(refused.value)


def test_attributes_elements_and_lists_are_told_by_their_paths() -> None:
    titles = '<dc:title><rdf:Alt><rdf:li xml:lang="fr">Un titre</rdf:li></rdf:Alt></dc:title>'
    subjects = "<dc:subject><rdf:Bag><rdf:li>Mali</rdf:li><rdf:li>Kidal</rdf:li></rdf:Bag></dc:subject>"
    found = list(iter_xmp(packet(titles + subjects, 'dc:format="image/jpeg"')))
    assert found == [
        ("dc:format", "image/jpeg"),
        ("dc:title", "Un titre"),
        ("dc:subject", "Mali"),
        ("dc:subject", "Kidal"),
    ]


def test_nested_parts_keep_their_way() -> None:
    history = (
        '<xmpMM:History xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
        'xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#">'
        '<rdf:Seq><rdf:li stEvt:action="saved"/></rdf:Seq></xmpMM:History>'
    )
    assert list(iter_xmp(packet(history))) == [("xmpMM:History/stEvt:action", "saved")]


def test_an_unknown_name_space_is_shown_as_it_stands() -> None:
    assert list(iter_xmp(packet('<q:a xmlns:q="urn:q">v</q:a>'))) == [("urn:q:a", "v")]


def test_the_digital_source_type_is_found_as_attribute_and_as_element() -> None:
    value = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
    for data in (
        packet(f"<Iptc4xmpExt:DigitalSourceType>{value}</Iptc4xmpExt:DigitalSourceType>"),
        packet("", f'Iptc4xmpExt:DigitalSourceType="{value}"'),
        packet(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{value}"/>'),
    ):
        assert list(iter_xmp(data)) == [("Iptc4xmpExt:DigitalSourceType", value)]


def test_a_billion_laughs_are_not_laughed() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    said = why_not(packet("<dc:title>&a11;</dc:title>", before=f"<!DOCTYPE x [{entities}]>"))
    assert "entities" in said


def test_no_other_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    assert "entities" in why_not(packet("<dc:title>&e;</dc:title>", before=outside))


def test_no_address_is_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        for before in (f'<!DOCTYPE x SYSTEM "{url}">', f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{url}"> %p;]>'):
            assert "entities" in why_not(packet("", before=before))
        with pytest.raises(TimeoutError):
            server.accept()


def test_script_is_text() -> None:
    script = "<dc:title>&lt;script&gt;alert(1)&lt;/script&gt;</dc:title>"
    assert list(iter_xmp(packet(script))) == [("dc:title", "<script>alert(1)</script>")]


def test_a_packet_too_long_is_not_parsed() -> None:
    assert "over" in why_not(packet("<dc:title>" + "x" * MAXIMUM_PACKET_BYTES + "</dc:title>"))


@pytest.mark.parametrize(
    "data", [b"<x", b"", b"\xff\xfe\x00", b"no xml at all", "<?xml version='1.0' encoding='nö'?><a/>".encode()]
)
def test_damaged_packets_are_said_to_be_damaged(data: bytes) -> None:
    assert "damaged" in why_not(data)


def test_a_deep_packet_ends() -> None:
    deep = 30_000
    found = list(iter_xmp(packet("<dc:a>" * deep + "end" + "</dc:a>" * deep)))
    assert found == []
