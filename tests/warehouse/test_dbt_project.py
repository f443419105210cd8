"""The statistician's own cases, written as dbt unit tests beside the models: all of them pass."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = REPOSITORY / "dbt_project"


def test_every_dbt_unit_test_passes(chengde, tmp_path):
    """They need the tables to exist, so they run beside a loaded district and change nothing."""
    environment = {
        **os.environ,
        "TAIZHANG_WORK_DB": str(chengde.home / "work.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")), "--quiet", "test",
            "--select", "resource_type:unit_test", "--project-dir", str(PROJECT),
            "--profiles-dir", str(PROJECT), "--target-path", str(tmp_path),
            "--log-path", str(tmp_path),
        ],
        env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    results = json.loads((tmp_path / "run_results.json").read_text("utf-8"))["results"]
    assert len(results) >= 39
    assert {result["status"] for result in results} == {"pass"}


def test_every_mart_column_is_described_in_chinese_and_english(chengde):
    undescribed = chengde.ask(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        " and not (regexp_matches(coalesce(comment, ''), '[\u4e00-\u9fff]')"
        " and regexp_matches(coalesce(comment, ''), '[A-Za-z]{3}'))"
    )
    assert undescribed == []
