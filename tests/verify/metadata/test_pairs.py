from verify.metadata import Credentials, FileFacts, list_pairs
from verify.metadata.pairs import MAXIMUM_TOTAL_BYTES, MAXIMUM_VALUE_CHARACTERS


def test_each_field_is_named_with_its_block_and_the_credentials_come_first() -> None:
    says = FileFacts(
        exif=(("Make", "Acme"),),
        xmp=(("dc:title", "Kidal"),),
        iptc=(("Caption", "Légende"),),
        other=(("comment", "by hand"),),
        credentials=Credentials("trusted", facts=(("signer", "Newsroom"),)),
    )
    assert list_pairs(says) == (
        ("C2PA signer", "Newsroom"),
        ("EXIF Make", "Acme"),
        ("IPTC Caption", "Légende"),
        ("XMP dc:title", "Kidal"),
        ("file comment", "by hand"),
    )


def test_a_long_value_and_a_long_list_are_cut_and_say_so() -> None:
    says = FileFacts(xmp=tuple((f"xmpMM:History {n}", "é" * 9000) for n in range(100)))
    pairs = list_pairs(says)
    assert {len(value) for _, value in pairs[:-1]} == {MAXIMUM_VALUE_CHARACTERS}
    assert pairs[0][1].endswith("é…")
    assert pairs[-1][0] == "…"
    assert sum(len(f"{name}{value}".encode()) for name, value in pairs) < MAXIMUM_TOTAL_BYTES + 100
