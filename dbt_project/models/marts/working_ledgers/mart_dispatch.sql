-- An item is what the newest list in force that speaks of it says, whichever submitter's it is.
with listed as (
    select
        versions.*,
        {{ meeting_item_key('versions') }} as row_key,
        {{ last_day_of_period('versions.period') }} as period_end
    from ({{ with_project(ref('stg_dispatch_record_versions')) }}) as versions
    where versions.is_in_force
),

weeks as (
    select * from {{ ref('dim_period') }} where period_type = 'week'
),

unit_names as (
    select * from {{ ref('stg_unit_names') }}
),

last_load as (
    select cast(now_at as date) as today from {{ ref('stg_last_load') }}
),

standing as (
    select *
    from listed
    qualify
        row_number() over (partition by row_key order by {{ said_last_first('listed') }}) = 1
)

select
    standing.row_key,
    {{ surrogate_key(['standing.held_on', 'standing.meeting_type']) }} as meeting_key,
    standing.held_on,
    standing.meeting_type,
    standing.item,
    weeks.period as week,
    {{ month_of_date('standing.held_on') }} as month,
    standing.submitter_code,
    coalesce(unit_names.unit_code, standing.submitter_code) as unit_code,
    standing.responsible_unit,
    standing.project_key,
    standing.project_name,
    standing.due_on,
    standing.done_on,
    case
        when standing.done_on <= last_load.today then 'done'
        when standing.due_on < last_load.today then 'overdue'
        else 'open'
    end as status,
    {{ days_overdue(
        'standing.due_on', 'case when standing.done_on <= last_load.today then standing.done_on end', 'last_load.today'
    ) }} as days_overdue,
    standing.period as reported_period,
    standing.receipt_id,
    standing.sheet,
    standing.row_number
from standing
cross join last_load
left join weeks on standing.held_on between weeks.start_date and weeks.end_date
left join unit_names on standing.responsible_unit_key = unit_names.name_key
