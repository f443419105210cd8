"""``taizhang release``: what an operator reads and types."""

import json

from releases import change_marts, publish_marts
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.lock import only_builder, only_writer
from pipelines.release.publishing import current_release
from pipelines.release.record import events


def run(home, *arguments):
    return CliRunner().invoke(app, ["release", *arguments, "--home", str(home.root)])


def two_releases(home):
    publish_marts(home)
    change_marts(
        home,
        "update marts.fct_investment set investment_ytd_wanyuan = 25 where project_key = '滨河路';"
        "delete from marts.fct_investment where project_key = '三纬路';"
        "insert into marts.fct_investment (project_key, period) values ('四纬路', '2019-06');"
        "update marts_restricted.fct_fai_reconciliation set statistics_ytd_wanyuan = 11",
    )
    publish_marts(home, accepted_change="换了一项", max_total_change_rate=0.01)
    return home


def test_the_list_tells_number_moment_rows_and_which_is_in_place(home):
    assert "Nothing has been published" in run(home, "list").output
    lines = run(two_releases(home), "list").output.splitlines()
    assert lines[0].split()[:3] == ["1", "2019-07-05", "18:00"] and "in place" not in lines[0]
    assert "in place, can be audited, change accepted: 换了一项" in lines[1]
    assert "change accepted" not in lines[0]
    listed = json.loads(run(home, "list", "--json").output)
    assert [(r["number"], r["is_in_place"]) for r in listed] == [(1, False), (2, True)]


def test_the_difference_counts_rows_and_names_the_figures_that_changed(home):
    output = run(two_releases(home), "diff", "1", "2").output
    assert "fct_investment: 1 row(s) added, 1 gone, 1 changed" in output
    assert "investment_ytd_wanyuan: 5011.0000 → 25.0000" in output
    assert "fct_fai_reconciliation: 1 row(s) added, 1 gone, 0 changed" in output
    assert "fct_submissions" not in output
    told = json.loads(run(home, "diff", "1", "2", "--json").output)
    assert [t["table"] for t in told["tables"]] == ["fct_investment", "fct_fai_reconciliation"]
    assert "No table differs." in run(home, "diff", "2", "2").output


def test_the_rows_are_shown_with_old_and_new_values(home):
    output = run(two_releases(home), "diff", "1", "2", "--rows", "fct_investment").output
    assert "changed: project_key 滨河路, period 2019-06" in output
    assert "    investment_ytd_wanyuan: 10.0000 → 25.0000" in output
    assert "gone: project_key 三纬路" in output and "added: project_key 四纬路" in output
    told = json.loads(
        run(home, "diff", "1", "2", "--rows", "fct_investment", "--json", "--limit", "1").output
    )
    assert len(told) == 1


def test_rows_that_cannot_be_shown_are_refused_in_words(home):
    two_releases(home)
    assert (
        "Neither release has a table fct_x" in run(home, "diff", "1", "2", "--rows", "fct_x").output
    )
    restricted = ("--rows", "fct_fai_reconciliation", "--restricted")
    assert "have no key" in run(home, "diff", "1", "2", *restricted).output
    assert "Release 7 is not kept" in run(home, "diff", "1", "7").output


def test_a_rollback_waits_for_the_writer_of_the_ledger_too(home):
    two_releases(home)
    with home.settings_file.open("a", encoding="utf-8") as settings:
        settings.write("\n[limits]\nlock_wait_seconds = 0\n")
    for lock in (only_writer, only_builder):
        with lock(home, 0, str):
            result = run(home, "rollback", "1")
        assert result.exit_code == 1 and "still works on" in result.output
    assert current_release(home).name == "2"


def test_a_release_without_a_manifest_is_not_compared_and_that_is_said(home):
    two_releases(home)
    (home.published / "releases" / "1" / "manifest.json").unlink()
    output = run(home, "diff", "1", "2").output
    assert "reporting.duckdb was not compared: one of the releases has no manifest" in output
    assert "fct_fai_reconciliation: 1 row(s) added" in output and "fct_investment" not in output


def test_a_rollback_says_what_it_did_and_what_comes_next(home):
    two_releases(home)
    result = run(home, "rollback", "1", "--reason", "填错", "--now", "2019-07-06T09:00:00")
    assert result.exit_code == 0 and current_release(home).name == "1"
    assert "Release 1 is in place" in result.output
    assert "The next load publishes the newest state again" in result.output
    assert f"{events(home)[-1].at:%Y-%m-%d %H}" == "2019-07-06 09"
    assert "stepped back from" in run(home, "list").output
    assert run(home, "rollback", "1").exit_code == 1
