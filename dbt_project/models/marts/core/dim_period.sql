-- Built from the years that returns speak of, are due for or came in and projects start or end in, never from the
-- clock.
with milestones as (
    select * from {{ ref('int_projects__milestones') }}
),

years as (
    select reporting_year as year from {{ ref('stg_district') }}
    union
    select year from {{ ref('stg_periods') }} where year is not null
    union
    select {{ year_of_period('period') }} as year from {{ ref('stg_due_dates') }}
    union
    select cast(extract(year from received_at) as integer) as year from {{ ref('stg_receipts') }}
    union
    select cast(extract(year from start_date) as integer) as year from milestones where start_date is not null
    union
    select cast(extract(year from completion_date) as integer) as year from milestones where completion_date is not null
    {% for _, date_column in batch_stages() %}
    union
    select cast(extract(year from reached_{{ date_column }}) as integer) as year
    from {{ ref('int_batches__projects') }}
    where reached_{{ date_column }} is not null
    {% endfor %}
),

numbers as (
    select cast(generated_number as integer) as number
    from ({{ dbt.generate_series(53) }}) as series
),

year_periods as (
    select
        cast(year as {{ dbt.type_string() }}) as period,
        'year' as period_type,
        make_date(year, 1, 1) as start_date,
        make_date(year, 12, 31) as end_date,
        year,
        cast(null as integer) as half_year,
        cast(null as integer) as quarter,
        cast(null as integer) as month,
        cast(null as integer) as half_of_month,
        cast(null as integer) as week
    from years
),

half_year_periods as (
    select
        cast(years.year as {{ dbt.type_string() }}) || '-H'
        || cast(numbers.number as {{ dbt.type_string() }}) as period,
        'half_year' as period_type,
        make_date(years.year, numbers.number * 6 - 5, 1) as start_date,
        last_day(make_date(years.year, numbers.number * 6, 1)) as end_date,
        years.year,
        numbers.number as half_year,
        cast(null as integer) as quarter,
        cast(null as integer) as month,
        cast(null as integer) as half_of_month,
        cast(null as integer) as week
    from years
    inner join numbers on numbers.number <= 2
),

quarter_periods as (
    select
        cast(years.year as {{ dbt.type_string() }}) || '-Q'
        || cast(numbers.number as {{ dbt.type_string() }}) as period,
        'quarter' as period_type,
        make_date(years.year, numbers.number * 3 - 2, 1) as start_date,
        last_day(make_date(years.year, numbers.number * 3, 1)) as end_date,
        years.year,
        cast(ceil(numbers.number / 2.0) as integer) as half_year,
        numbers.number as quarter,
        cast(null as integer) as month,
        cast(null as integer) as half_of_month,
        cast(null as integer) as week
    from years
    inner join numbers on numbers.number <= 4
),

months as (
    select
        years.year,
        numbers.number as month,
        make_date(years.year, numbers.number, 1) as start_date
    from years
    inner join numbers on numbers.number <= 12
),

month_periods as (
    select
        {{ month_of_date('start_date') }} as period,
        'month' as period_type,
        start_date,
        last_day(start_date) as end_date,
        year,
        cast(ceil(month / 6.0) as integer) as half_year,
        cast(ceil(month / 3.0) as integer) as quarter,
        month,
        cast(null as integer) as half_of_month,
        cast(null as integer) as week
    from months
),

half_month_periods as (
    select
        {{ month_of_date('months.start_date') }} || '-H'
        || cast(numbers.number as {{ dbt.type_string() }}) as period,
        'half_month' as period_type,
        make_date(months.year, months.month, case numbers.number when 1 then 1 else 16 end) as start_date,
        case numbers.number
            when 1 then make_date(months.year, months.month, 15)
            else last_day(months.start_date)
        end as end_date,
        months.year,
        cast(ceil(months.month / 6.0) as integer) as half_year,
        cast(ceil(months.month / 3.0) as integer) as quarter,
        months.month,
        numbers.number as half_of_month,
        cast(null as integer) as week
    from months
    inner join numbers on numbers.number <= 2
),

-- The first ISO week holds 4 January; a week belongs to the year its Thursday lies in.
weeks as (
    select
        years.year,
        numbers.number as week,
        cast({{ dbt.date_trunc('week', 'make_date(years.year, 1, 4)') }} as date)
        + (numbers.number - 1) * 7 as start_date
    from years
    cross join numbers
),

week_periods as (
    select
        cast(year as {{ dbt.type_string() }}) || '-W' || lpad(cast(week as {{ dbt.type_string() }}), 2, '0') as period,
        'week' as period_type,
        start_date,
        start_date + 6 as end_date,
        year,
        cast(null as integer) as half_year,
        cast(null as integer) as quarter,
        cast(null as integer) as month,
        cast(null as integer) as half_of_month,
        week
    from weeks
    where extract(year from start_date + 3) = year
),

all_periods as (
    select * from year_periods
    union all
    select * from half_year_periods
    union all
    select * from quarter_periods
    union all
    select * from month_periods
    union all
    select * from half_month_periods
    union all
    select * from week_periods
)

select * from all_periods
