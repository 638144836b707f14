"""XMP: the packet of descriptions that programs write into a file, read without entities, types or addresses."""

from collections.abc import Iterator
from typing import Any

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]  # has no types

MAXIMUM_PACKET_BYTES = 1_000_000
"""Longer packets are not parsed."""

DIGITAL_SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"
"""The field in which a picture says how it was made. Source: IPTC Photo Metadata Standard."""

_MAXIMUM_DEPTH = 24
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_TRANSPARENT = {f"{_RDF}{name}" for name in ("RDF", "Description", "Bag", "Seq", "Alt")} | {"{adobe:ns:meta/}xmpmeta"}
_SILENT = {f"{_RDF}about", f"{_RDF}parseType", "{http://www.w3.org/XML/1998/namespace}lang"}
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "adobe:ns:meta/": "x",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
}


class UnreadableXmpError(ValueError):
    """The packet is not parsed; the message says why, for people."""


def iter_xmp(packet: bytes) -> Iterator[tuple[str, str]]:
    """Every value with its path (`dc:title`, `xmpMM:History/stEvt:action`) in the order of the packet.

    Raises UnreadableXmpError for a packet that is too long, no XML, or declares entities or a document type.
    """
    if len(packet) > MAXIMUM_PACKET_BYTES:
        raise UnreadableXmpError(f"XMP of {len(packet)} bytes is not read: it is over {MAXIMUM_PACKET_BYTES}")
    try:
        root = fromstring(packet.strip(b"\x00 \t\r\n"), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise UnreadableXmpError("XMP is not read: it declares entities or a document type, as attacks do") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableXmpError("XMP is not read: it is damaged") from error
    yield from _walk(root)


def _walk(root: Any) -> Iterator[tuple[str, str]]:
    """Depth first without recursion, so that a deep packet costs nothing; below `_MAXIMUM_DEPTH` nothing is told."""
    waiting: list[tuple[Any, str, int]] = [(root, "", 0)]
    while waiting:
        element, path, depth = waiting.pop()
        here = _join(path, element.tag)
        for name, value in element.attrib.items():
            if name not in _SILENT and value.strip():
                yield _join(here, name), value
        if element.text and element.text.strip() and here:
            yield here, element.text
        if depth < _MAXIMUM_DEPTH:
            waiting.extend((child, here, depth + 1) for child in reversed(element))


def _join(path: str, tag: str) -> str:
    """The path with the step that the tag is; lists, descriptions and list items are no step."""
    if tag in _TRANSPARENT or tag in (f"{_RDF}li", f"{_RDF}resource", f"{_RDF}value"):
        return path
    space, _, name = tag.removeprefix("{").rpartition("}")
    step = f"{_PREFIXES.get(space, space)}:{name}" if space else name
    return f"{path}/{step}" if path else step
