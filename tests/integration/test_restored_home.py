"""A year's home, copied while it is in service and put back on another path, goes on as if nothing had happened.

And a home of the first version of the product goes through a whole load of this one.
"""

import io
import json
import os
import shutil
from datetime import datetime
from pathlib import Path

from homes import ZONE
from old_ledgers import a_home_of_the_first_version
from openpyxl import load_workbook
from replays import DISTRICTS, Replay, taizhang

DECEMBER = DISTRICTS / "hualong-2017/samples/zhongdianban/重点项目进展情况通报表2017年12月.xlsx"
NEXT_LOAD = "2018-01-12T18:00:00"


def december_once_more():
    """The December report with one sheet more: other bytes, another version."""
    book = load_workbook(DECEMBER)
    book.create_sheet("说明")["A1"] = "补报"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def load_one_more(root: Path, data: bytes) -> Replay:
    path = root / "inbox" / "zhongdianban" / "十二月补报.xlsx"
    path.write_bytes(data)
    stamp = datetime(2018, 1, 12, 9).replace(tzinfo=ZONE).timestamp()
    os.utime(path, (stamp, stamp))
    done = taizhang("load", "--home", root, "--now", NEXT_LOAD, "--json")
    assert done.returncode == 0, done.stderr
    return Replay(root, json.dumps(json.loads(done.stdout)["receipts"]))


def test_a_home_put_back_elsewhere_goes_on_like_the_undisturbed_one(hualong, tmp_path):
    home = shutil.copytree(hualong.home, tmp_path / "undisturbed", symlinks=True)
    made = taizhang("backup", "--home", home, "--to", tmp_path / "copies")
    assert made.returncode == 0, made.stderr
    put_back = taizhang("restore", tmp_path / "copies", "--into", tmp_path / "other" / "path")
    assert put_back.returncode == 0, put_back.stdout + put_back.stderr
    assert "Nothing is unaccounted for." in put_back.stdout and "FAULT" not in put_back.stdout
    shutil.rmtree(tmp_path / "copies")
    more = december_once_more()
    there, here = (load_one_more(root, more) for root in (tmp_path / "other" / "path", home))
    assert there.printed == here.printed and "accepted" in here.printed
    for release in ("reporting", "statistics"):
        expected, found = here.tables(release), there.tables(release)
        assert found.keys() == expected.keys()
        assert [name for name in expected if found[name] != expected[name]] == []
    proved = taizhang("audit", "--home", there.home)
    assert proved.returncode == 0, proved.stdout


def test_a_home_of_the_first_version_is_loaded_published_and_proved(tmp_path):
    home = a_home_of_the_first_version(tmp_path / "old")
    waits = taizhang("audit", "--home", home.root)
    assert waits.returncode == 1 and "has not been loaded with this version yet" in waits.stderr
    done = taizhang("load", "--home", home.root, "--now", "2019-08-14T18:00:00")
    assert done.returncode == 0, done.stdout + done.stderr
    proved = taizhang("audit", "--home", home.root)
    assert proved.returncode == 0, proved.stdout
    submissions = Replay(home.root, "").ask("select status from marts.fct_submissions order by all")
    assert [status for (status,) in submissions].count("refused") == 1 and len(submissions) == 4
