{% set stages = batch_stages() %}

with projects as (
    select * from {{ ref('int_batches__projects') }} where not is_package_parent
),

-- A cohort without any date is shown from the day its list came.
cohorts as (
    select
        cohort_key,
        cohort,
        cast(count(*) as integer) as listed_count,
        cast(coalesce(sum(contract_wanyuan), 0) as decimal(18, 4)) as listed_wanyuan,
        coalesce(
            least(
                {% for _, date_column in stages %}
                min(reached_{{ date_column }}){% if not loop.last %},{% endif %}
                {% endfor %}
            ),
            min(received_on)
        ) as first_date
    from projects
    group by cohort_key, cohort
),

periods as (
    {{ begun_periods() }}
),

reached as (
    select
        {% for stage, date_column in stages %}
        cast(count(
            case when projects.reached_{{ date_column }} <= periods.as_of then 1 end
        ) as integer) as {{ stage }}_count,
        cast(coalesce(sum(
            case when projects.reached_{{ date_column }} <= periods.as_of then projects.contract_wanyuan end
        ), 0) as decimal(18, 4)) as {{ stage }}_wanyuan,
        {% endfor %}
        cohorts.cohort_key,
        periods.period
    from cohorts
    inner join periods on cohorts.first_date <= periods.as_of
    inner join projects on cohorts.cohort_key = projects.cohort_key
    group by cohorts.cohort_key, periods.period
)

select
    {{ surrogate_key(['cohorts.cohort_key', 'periods.period']) }} as row_key,
    cohorts.cohort,
    periods.period,
    periods.period_type,
    cohorts.first_date,

    cohorts.listed_count,
    reached.signed_count,
    reached.fulfilled_count,
    reached.started_count,
    reached.produced_count,
    reached.at_capacity_count,

    cohorts.listed_wanyuan,
    reached.signed_wanyuan,
    reached.fulfilled_wanyuan,
    reached.started_wanyuan,
    reached.produced_wanyuan,
    reached.at_capacity_wanyuan,

    {{ rate('reached.fulfilled_count', 'reached.signed_count') }} as fulfilment_rate,
    {{ rate('reached.started_count', 'reached.fulfilled_count') }} as start_rate,
    {{ rate('reached.produced_count', 'reached.started_count') }} as production_rate,
    {{ rate('reached.at_capacity_count', 'reached.produced_count') }} as capacity_rate
from reached
inner join cohorts on reached.cohort_key = cohorts.cohort_key
inner join periods on reached.period = periods.period
