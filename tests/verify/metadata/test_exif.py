import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from verify.metadata.exif import iter_exif, iter_position_fields, open_exif, read_position

GPS = ExifTags.IFD.GPSInfo


def exif_of(
    main: dict[int, object], camera: dict[int, object] | None = None, gps: dict[int, object] | None = None
) -> bytes:
    exif = Image.Exif()
    for tag, value in main.items():
        exif[tag] = value
    if camera:
        exif.get_ifd(ExifTags.IFD.Exif).update(camera)
    if gps:
        exif.get_ifd(GPS).update(gps)
    return exif.tobytes()


def position(latitude: object, north: object, longitude: object, east: object) -> bytes:
    return exif_of({}, gps={1: north, 2: latitude, 3: east, 4: longitude})


def test_camera_program_and_times_are_told_by_name() -> None:
    data = exif_of(
        {271: "Acme", 272: "One", 305: "Editor 3"}, {0x9003: "2003:05:01 10:00:00", 0x829A: IFDRational(1, 50)}
    )
    found = dict(iter_exif(open_exif(data)))
    assert found["Make"] == "Acme"
    assert found["Software"] == "Editor 3"
    assert found["DateTimeOriginal"] == "2003:05:01 10:00:00"
    assert found["ExposureTime"] == "0.02"


def test_a_position_is_in_degrees_with_its_sign() -> None:
    data = position((12.0, 39.0, 36.0), "N", (8.0, 0.0, 18.0), "W")
    assert read_position(open_exif(data)) == (12.66, -8.005)
    assert dict(iter_position_fields(open_exif(data)))["GPSLatitude"] == "12, 39, 36"


def test_south_is_negative() -> None:
    assert read_position(open_exif(position((1.5, 0.0, 0.0), "S", (2.0, 0.0, 0.0), "E"))) == (-1.5, 2.0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        exif_of({271: "Acme"}),
        position((91.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"),
        position((1.0, 0.0, 0.0), "N", (181.0, 0.0, 0.0), "E"),
        position((IFDRational(0, 0), 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"),
        exif_of({}, gps={1: "N", 3: "E"}),
        exif_of({}, gps={1: "N", 2: (1.0,), 3: "E", 4: ()}),
    ],
)
def test_a_position_that_is_absent_or_impossible_is_none(data: bytes) -> None:
    assert read_position(open_exif(data)) is None


def test_comments_come_in_their_character_set() -> None:
    for raw in (b"ASCII\x00\x00\x00hello", b"UNICODE\x00" + "hello".encode("utf-16"), b"\x00" * 8 + b"hello"):
        assert dict(iter_exif(open_exif(exif_of({}, {0x9286: raw}))))["UserComment"] == "hello"


def test_windows_titles_are_read() -> None:
    data = exif_of({0x9C9B: "Été à Gao".encode("utf-16-le")})
    assert dict(iter_exif(open_exif(data)))["XPTitle"].rstrip("\x00") == "Été à Gao"


def test_a_makers_own_block_is_told_by_its_size() -> None:
    assert dict(iter_exif(open_exif(exif_of({}, {0x927C: b"\x01\x02" * 50}))))["MakerNote"] == "100 bytes"


def test_long_lists_of_numbers_are_cut() -> None:
    data = exif_of({0xEA10: tuple(range(1000))})
    assert dict(iter_exif(open_exif(data)))["tag 59920"].endswith("63 and 936 more")


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_flipped_bytes_never_escape_as_an_error() -> None:
    camera: dict[int, object] = {0x9003: "2003:05:01 10:00:00", 0x9286: b"ASCII\x00\x00\x00hi"}
    good = exif_of({271: "Acme", 272: "One"}, camera, {1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (1.0, 2.0, 3.0)})
    random = np.random.default_rng(5)
    for _ in range(400):
        bad = np.frombuffer(good, dtype=np.uint8).copy()
        bad[random.integers(6, len(bad), 4)] = random.integers(0, 256, 4)
        exif = open_exif(bad.tobytes())
        assert all(isinstance(value, str) for _, value in [*iter_exif(exif), *iter_position_fields(exif)])
        read_position(exif)
