-- A statistics figure that stands for several records lists all their cells.
{{ config(alias='fct_lineage') }}

with projects as (
    select
        {{ surrogate_key(['period', 'project_key', "''"]) }} as row_key,
        *
    from {{ ref('int_reconciliation__projects') }}
),

years as (
    select * from {{ ref('int_projects__years') }}
),

project_ledgers as (
    select
        projects.row_key,
        years.total_investment_wanyuan,
        years.receipt_id,
        years.sheet,
        years.block_no,
        years.row_number
    from projects
    inner join years on projects.project_key = years.project_key and projects.year = years.year
),

-- A record that several projects share is traced from the one that carries its figure.
pairs as (
    select * from {{ ref('int_reconciliation__pairs') }} where is_carrier
),

records as (
    select
        {{ surrogate_key([
            'records.period',
            'pairs.project_key',
            'case when pairs.project_key is null then records.statistics_code end'
        ]) }} as row_key,
        records.ytd_wanyuan as statistics_ytd_wanyuan,
        records.receipt_id,
        records.sheet,
        records.block_no,
        records.row_number
    from {{ ref('int_reconciliation__records') }} as records
    left join pairs
        on
            records.period = pairs.period
            and records.statistics_code = pairs.statistics_code
),

traced as (
    {{ trace_figures('fct_fai_reconciliation', 'projects', {'ledger_ytd_wanyuan': 'investment_ytd_wanyuan'}) }}
    union all
    {{ trace_figures('fct_fai_reconciliation', 'project_ledgers', {
        'total_investment_wanyuan': 'total_investment_wanyuan'
    }) }}
    union all
    {{ trace_figures('fct_fai_reconciliation', 'records', {'statistics_ytd_wanyuan': 'ytd_wanyuan'}) }}
),

located as (
    {{ located_cells('traced') }}
),

-- Few figures are the sum of several records: only those are gathered.
sums as (
    select row_key
    from records
    where statistics_ytd_wanyuan is not null
    group by row_key
    having count(*) > 1
),

gathered as (
    {{ gathered_cells(
        'located', "column_name = 'statistics_ytd_wanyuan' and row_key in (select sums.row_key from sums)"
    ) }}
)

select * from located
where column_name <> 'statistics_ytd_wanyuan' or row_key not in (select sums.row_key from sums)
union all
select * from gathered
