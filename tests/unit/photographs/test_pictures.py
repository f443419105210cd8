"""A picture is decoded to its end, in a process of its own that a trap takes along and nothing else."""

from dataclasses import replace
from datetime import datetime

import pytest
from pictures import a_bomb, a_picture

from pipelines.photographs.decoding import PictureReader
from pipelines.photographs.looking import look_at
from pipelines.photographs.picture import Picture, PictureFault, PictureLimits
from pipelines.photographs.reading import read_picture

LIMITS = PictureLimits(
    max_bytes=1 << 20,
    max_pixels=20_000_000,
    max_frames=10,
    memory_bytes=1 << 30,
    cpu_seconds=5,
    wall_seconds=20,
)
TAKEN = "2019:06:18 10:20:30"


@pytest.fixture
def kept(tmp_path):
    def keep(data):
        path = tmp_path / "a file without a suffix"
        path.write_bytes(data)
        return path

    return keep


@pytest.fixture
def reader():
    with PictureReader(LIMITS) as made:
        yield made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_whole_picture_tells_its_format_and_size(kept, kind):
    seen = read_picture(kept(a_picture(image_format=kind)), LIMITS)
    assert seen == Picture(kind, 64, 48)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_camera_s_date_is_read(kept, kind):
    seen = read_picture(kept(a_picture(taken=TAKEN, image_format=kind)), LIMITS)
    assert seen == Picture(kind, 64, 48, datetime(2019, 6, 18, 10, 20, 30))


@pytest.mark.parametrize(
    ("taken", "changed", "taken_at", "untold"),
    [
        (None, TAKEN, datetime(2019, 6, 18, 10, 20, 30), None),
        (TAKEN, "2020:01:01 00:00:00", datetime(2019, 6, 18, 10, 20, 30), None),
        ("0000:00:00 00:00:00", None, None, None),
        ("    :  :     :  :  ", None, None, None),
        ("2019:13:18 10:20:30", None, None, "2019:13:18 10:20:30"),
        ("昨天", TAKEN, datetime(2019, 6, 18, 10, 20, 30), None),
    ],
)
def test_the_date_of_taking_comes_first_and_what_is_none_is_ignored(
    kept, taken, changed, taken_at, untold
):
    seen = read_picture(kept(a_picture(taken=taken, changed=changed)), LIMITS)
    assert isinstance(seen, Picture)
    assert seen.taken_at == taken_at
    assert taken_at is not None or seen.untold_time == untold


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_picture_cut_off_is_broken(kept, kind):
    whole = a_picture(image_format=kind, size=(300, 200))
    seen = read_picture(kept(whole[: len(whole) * 2 // 3]), LIMITS)
    assert isinstance(seen, PictureFault)
    assert seen.code in ("broken_picture", "no_picture")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (a_bomb(), "beyond_limits"),
        (a_bomb(4_000, 4_000), "broken_picture"),
        (a_picture(image_format="GIF", frames=20), "beyond_limits"),
        (b"\xff\xd8\xff" + b"no picture at all" * 9, "no_picture"),
        (b"", "no_picture"),
        (b"<html>" * 99, "no_picture"),
        (a_picture(image_format="BMP", size=(900, 900)), "beyond_limits"),
    ],
    ids=["bomb", "empty png", "film", "text like a jpeg", "nothing", "text", "heavy"],
)
def test_what_is_no_whole_picture_of_a_fair_size_is_told_apart(kept, reader, data, code):
    seen = look_at("jia/photos/滨河路/2019-06/1.jpg", kept(data), reader).seen
    assert isinstance(seen, PictureFault)
    assert seen.code == code
    assert seen.sentence.endswith("。")


def test_a_picture_that_needs_too_much_memory_is_beyond_the_limits(kept):
    data = a_bomb(9_000, 9_000)
    tight = replace(LIMITS, max_pixels=100_000_000, memory_bytes=256 << 20)
    with PictureReader(tight) as reader:
        assert reader.read(kept(data)).code == "beyond_limits"
        assert isinstance(reader.read(kept(a_picture())), Picture)
