-- A project is counted once in an event, as the list accepted last says.
with launches as (
    select * from {{ ref('stg_launch_event') }}
),

listed as (
    select *
    from launches
    qualify
        row_number() over (
            partition by year, event_no, project_name_key
            order by {{ later_accepted_first('launches') }}
        ) = 1
),

-- The list accepted last also says who held the event.
organisers as (
    select
        year,
        event_no,
        submitter_code as unit_code
    from listed
    qualify row_number() over (partition by year, event_no order by {{ later_accepted_first('listed') }}) = 1
),

totals as (
    select
        year,
        event_no,
        min(held_on) as held_on,
        cast(count(*) as integer) as project_count,
        cast(coalesce(sum(total_investment_wanyuan), 0) as decimal(18, 4)) as total_investment_wanyuan,
        cast(coalesce(sum(plan_year_wanyuan), 0) as decimal(18, 4)) as plan_year_wanyuan
    from listed
    group by year, event_no
)

select
    {{ surrogate_key(['totals.year', 'totals.event_no']) }} as row_key,
    totals.event_no,
    totals.year,
    totals.held_on,
    organisers.unit_code,
    totals.project_count,
    totals.total_investment_wanyuan,
    totals.plan_year_wanyuan
from totals
inner join organisers
    on
        totals.year = organisers.year
        and totals.event_no = organisers.event_no
