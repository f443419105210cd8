"""Small homes on disk, made by hand, and returns put into their inbox."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.settings import Home

ZONE = ZoneInfo("Asia/Shanghai")
TOML = '[district]\nname = "试验区"\ncode = "130871"\nreporting_year = 2019\n'
UNITS = """\
unit_code,unit_name,unit_type,aliases,assessed,group,contacts,valid_from,valid_to
jia,甲镇,township,甲镇人民政府,true,townships,,,
yi,乙镇,township,,true,townships,,,
fagai,发展和改革局,department,发改局,false,departments,,,
tongji,统计局,statistics,,false,,,,
"""
PLAN = """\
form_id,unit_code,cadence,due_rule,first_period,last_period,skip_months
progress_report,jia,monthly,+5wd,2019-01,2019-12,
"""
LINKS = "left_source,left_id,right_source,right_id,decided_by,decided_at,note\n"


def a_home(root: Path, *, units: str = UNITS, plan: str = PLAN, toml: str = TOML) -> Home:
    """A home of four units, with nothing in its inbox."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home = Home(root)
    home.config.mkdir()
    home.settings_file.write_text(toml, "utf-8")
    (home.config / "units.csv").write_text(units, "utf-8")
    (home.config / "reporting_plan.csv").write_text(plan, "utf-8")
    (home.config / "links.csv").write_text(LINKS, "utf-8")
    for folder in (home.inbox, home.published, home.archive, home.logs):
        folder.mkdir(mode=0o700)
    return home


def drop(home: Home, inbox_path: str, data: bytes, at: datetime) -> Path:
    """Put a file into the inbox, last changed at a moment of district time."""
    path = home.inbox / inbox_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    stamp = at.replace(tzinfo=ZONE).timestamp()
    os.utime(path, (stamp, stamp))
    return path
