"""A home that was loaded, with marts made by hand: what publishing and audit need, without dbt."""

from __future__ import annotations

from datetime import datetime, timedelta

from grids import a_file
from homes import a_home, drop
from pictures import a_picture

from pipelines.database import open_for_writing
from pipelines.feedback.answers import write_answers
from pipelines.ledger.catalogue import read_catalogue
from pipelines.ledger.loading import load_returns
from pipelines.ledger.snapshots import begin_build, take_snapshot
from pipelines.ledger.work_database import open_work_database
from pipelines.release.publishing import Release, publish
from pipelines.release.recording import record_current
from pipelines.settings import Limits, ReleaseSettings

NOW = datetime(2019, 7, 5, 18)
LEDGER = "2019年重点项目台账（单位：万元）\n项目名称 | 总投资\n滨河路 | 5000\n三纬路 | 800万元"
STATISTICS = """
2019年6月固定资产投资项目统计明细（单位：万元）
统计库项目编码 | 项目名称 | 自年初累计完成投资
13087120190001 | 滨河路 | 10
"""
REPORT = """
2019年6月进展情况表（单位：万元）
项目名称 | 本月完成投资 | 本年累计完成投资 | 自开工累计完成投资
滨河路 | 5 | 10 | 20
三纬路 | 1 | 5001 | 5001
"""
# The same tables dbt publishes, in the few columns that the audit compares.
MARTS = """
create schema if not exists marts;
create schema if not exists marts_restricted;
create schema if not exists intermediate;
create or replace table intermediate.int_projects__form_rows as
select 'progress_report' as form_id, receipt_id, sheet, row_number, project_name_key as project_key
from raw.progress_report;
create or replace table marts.fct_investment (
    project_key varchar not null, period varchar not null, receipt_id varchar, sheet varchar,
    row_number integer, value_status varchar, investment_month_wanyuan decimal(18, 4),
    investment_ytd_wanyuan decimal(18, 4), investment_cumulative_wanyuan decimal(18, 4));
create schema if not exists increment;
create or replace table increment.keys as
select 'marts.fct_investment' as table_name, 'project_key,period' as columns;
insert into marts.fct_investment
select p.project_name_key, r.period, p.receipt_id, p.sheet, p.row_number, 'submitted',
    p.investment_month_wanyuan, p.investment_ytd_wanyuan, p.investment_cumulative_wanyuan
from raw.progress_report as p inner join raw.returns_in_force as r using (receipt_id);
comment on table marts.fct_investment is '项目投资进度。 Investment progress. It''s by month.';
comment on column marts.fct_investment.period is '报告期。 The month.';
create or replace table marts.fct_submissions as select receipt_id, status from raw.receipts;
comment on table marts.fct_submissions is '报送记录。 Submissions.';
create or replace table marts.fct_findings as
select f.* from raw.findings as f inner join raw.receipts as r using (receipt_id)
where not r.is_restricted;
create or replace table marts.fct_row_accounting as
select receipt_id, sheet, used_rows, true as is_balanced from raw.sheets;
create or replace table marts.fct_corrections (
    receipt_id varchar, sheet varchar, cell varchar, field varchar, match_status varchar);
create or replace table marts_restricted.fct_fai_reconciliation as
select r.period, s.statistics_code, s.ytd_wanyuan as statistics_ytd_wanyuan
from raw.statistics_fai as s inner join raw.returns_in_force as r using (receipt_id);
comment on table marts_restricted.fct_fai_reconciliation is '台账与统计逐项核对（受限）。';
"""


def load(home, now=NOW):
    """Receive, judge and answer, as a load does before it builds."""
    catalogue = read_catalogue(home)
    outcome = load_returns(home, catalogue, now, lambda _stage, _done, _all: None)
    with open_work_database(home, catalogue.forms) as connection:
        write_answers(connection, home, catalogue)
    return outcome


def build_marts(home):
    """Marts beside a snapshot of the ledger; every publication takes a copy of this file."""
    take_snapshot(home)
    change_marts(home, MARTS)


def change_marts(home, sql):
    with open_for_writing(home.ledger_snapshot) as connection:
        connection.execute(sql)


def publish_marts(home, keep=10, accepted_change=None, **release) -> Release:
    """A release of the marts as they are; ``release`` is what ``[release]`` says beyond the home's own settings."""
    begin_build(home)
    settings = home.settings().model_copy(
        update={"limits": Limits(keep_releases=keep), "release": ReleaseSettings(**release)}
    )
    made = publish(home, settings, accepted_change)
    with open_work_database(home, read_catalogue(home).forms) as connection:
        record_current(connection, home)
    return made


def a_loaded_home(root):
    home = a_home(root)
    drop(home, "fagai/台账.xlsx", a_file(LEDGER), NOW - timedelta(days=1))
    drop(home, "jia/进展.xlsx", a_file(REPORT), NOW - timedelta(days=1))
    drop(home, "tongji/统计.xlsx", a_file(STATISTICS), NOW - timedelta(days=1))
    drop(home, "jia/photos/滨河路/2019-06/路基.jpg", a_picture(), NOW - timedelta(days=1))
    load(home)
    build_marts(home)
    return home
