"""What the place of a photograph and its first bytes say."""

import pytest

from pipelines.photographs.folders import is_photograph, is_well_placed, read_folder
from pipelines.photographs.kinds import why_no_picture

CODE = "2019-130802-48-03-000123"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("jia/photos/滨河路/2019-06/1.jpg", True),
        ("jia/Photos/滨河路/2019-06/1.jpg", True),
        ("jia/photos/1.jpg", True),
        ("jia/photos/a/b/c/d/e/1.jpg", True),
        ("jia/photos.jpg", False),
        ("jia/photos", False),
        ("jia/进展.xlsx", False),
        ("photos/1.jpg", False),
        ("jia/2019/photos/滨河路/2019-06/1.jpg", False),
    ],
)
def test_what_lies_below_photos_is_a_photograph(path, expected):
    assert is_photograph(path) is expected


@pytest.mark.parametrize(
    ("path", "project", "code", "month"),
    [
        ("jia/photos/滨河路/2019-06/1.jpg", "滨河路", None, "2019-06"),
        (f"jia/photos/{CODE}/2019-06/1.jpg", CODE, CODE, "2019-06"),
        (f"jia/photos/{CODE.replace('-', '')}/2019-06/1.jpg", CODE.replace("-", ""), CODE, "2019-06"),
        ("jia/photos/滨河路/２０１９－０６/1.jpg", "滨河路", None, "2019-06"),
        ("jia/photos/滨河路/2019-13/1.jpg", "滨河路", None, None),
        ("jia/photos/滨河路/2019-6/1.jpg", "滨河路", None, None),
        ("jia/photos/滨河路/2019/1.jpg", "滨河路", None, None),
        ("jia/photos/滨河路/2019-06-H1/1.jpg", "滨河路", None, None),
        ("jia/photos/滨河路/1919-06/1.jpg", "滨河路", None, None),
    ],
)  # fmt: skip
def test_the_folders_tell_project_and_month(path, project, code, month):
    folder = read_folder(path)
    assert (folder.project, folder.project_code, folder.month) == (project, code, month)


@pytest.mark.parametrize(
    "place", ["1.jpg", "滨河路/1.jpg", "滨河路/2019-06/路基/1.jpg", "★/2019-06/1.jpg"]
)
def test_too_few_or_too_many_folders_tell_nothing(place):
    folder = read_folder(f"jia/photos/{place}")
    assert (folder.place, folder.project, folder.month) == (f"photos/{place}", None, None)
    assert not is_well_placed(f"jia/photos/{place}")


def test_a_marked_name_is_the_same_project():
    marked, plain = (
        read_folder(f"jia/photos/{name}/2019-06/1.jpg") for name in ("★滨河路", "滨河 路")
    )
    assert marked.project_key == plain.project_key == "滨河路"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 字节"),
        (b"PK\x03\x04", "表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "表格"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "视频"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "扩展名"),
        (b"RIFF\0\0\0\0WAVE", "扩展名"),
    ],
)
def test_what_is_no_picture_is_called_what_it_is(data, words):
    assert words in (why_no_picture(data) or "")


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe1", b"GIF89a", b"RIFF\x24\0\0\0WEBPVP8 ", b"MM\0*"]
)
def test_pictures_of_the_usual_kinds_go_on_to_be_decoded(data):
    assert why_no_picture(data) is None
