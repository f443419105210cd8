-- Of each figure: as it was first reported, and as it stands. A figure nobody changed counts with a revision of 0.
with revisions as (
    select * from {{ ref('fct_revisions') }}
),

standing as (
    {% for form_id in ['progress_report', 'start_completion_register', 'project_ledger'] %}
    {% set outer_last = loop.last %}
    {% for field, kind in revisable_fields(form_id).items() %}
    select
        '{{ form_id }}' as form_id,
        '{{ field }}' as field,
        form_rows.receipt_id,
        form_rows.sheet,
        form_rows.row_number,
        cast({{ 'form_rows.' ~ field if kind == 'money' else 'null' }} as decimal(18, 4)) as amount
    from {{ ref('int_' ~ form_id ~ '__corrected') }} as form_rows
    where
        form_rows.{{ field }} is not null
        {% if form_id == 'project_ledger' %}
        and form_rows.is_in_force
        {% endif %}
    {% if not (outer_last and loop.last) %}union all{% endif %}
    {% endfor %}
    {% endfor %}
),

projects as (
    select * from {{ ref('dim_project') }}
),

-- A project that a return lists twice, since two became one, counts once, as in the revisions.
reported as (
    select
        standing.form_id,
        standing.field,
        receipts.unit_code as submitter_code,
        receipts.period,
        identified.identity_key,
        coalesce(projects.unit_code, receipts.unit_code) as unit_code,
        standing.amount
    from standing
    inner join {{ ref('stg_receipts') }} as receipts on standing.receipt_id = receipts.receipt_id
    inner join {{ ref('int_revisions__identified_rows') }} as identified
        on
            standing.form_id = identified.form_id
            and standing.receipt_id = identified.receipt_id
            and standing.sheet = identified.sheet
            and standing.row_number = identified.row_number
    left join projects on identified.project_key = projects.project_key
    qualify
        row_number() over (
            partition by standing.form_id, standing.field, standing.receipt_id, identified.identity_key
            order by standing.sheet asc nulls last, standing.row_number asc nulls last
        ) = 1
),

-- In the order in which they were made: versions first, the correction of the last one at the end.
ordered as (
    select
        revisions.*,
        row_number() over (
            partition by form_id, submitter_code, period, field, project_key
            order by version_no asc nulls last, cause desc nulls last, row_key asc nulls last
        ) as first_rank,
        row_number() over (
            partition by form_id, submitter_code, period, field, project_key
            order by version_no desc nulls last, cause asc nulls last, row_key desc nulls last
        ) as last_rank
    from revisions
    where project_key is not null
),

-- A figure that was left out at first is reported for the first time when it comes.
revised as (
    select
        form_id,
        submitter_code,
        period,
        field,
        project_key,
        unit_code,
        max(case when first_rank = 1 then coalesce(old_value, new_value) end) as first_value,
        max(case when last_rank = 1 then new_value end) as last_value,
        max(case when first_rank = 1 then coalesce(old_date, new_date) end) as first_date,
        max(case when last_rank = 1 then new_date end) as last_date,
        count(case when old_value is not null or old_date is not null then 1 end) as revision_count,
        max(case when old_value is not null or old_date is not null then known_at end) as last_revised_at
    from ordered
    group by form_id, submitter_code, period, field, project_key, unit_code
),

figures as (
    select
        coalesce(reported.form_id, revised.form_id) as form_id,
        coalesce(reported.unit_code, revised.unit_code) as unit_code,
        coalesce(reported.period, revised.period) as period,
        coalesce(reported.field, revised.field) as field,
        case when revised.form_id is null then reported.amount else revised.last_value end as last_value,
        case when revised.form_id is null then reported.amount else revised.first_value end as first_value,
        cast({{ dbt.datediff('revised.first_date', 'revised.last_date', 'day') }} as integer) as revision_days,
        coalesce(revised.revision_count, 0) as revision_count,
        revised.last_revised_at
    from reported
    full outer join revised
        on
            reported.form_id = revised.form_id
            and reported.submitter_code = revised.submitter_code
            and reported.period = revised.period
            and reported.field = revised.field
            and reported.identity_key = revised.project_key
),

summed as (
    select
        form_id,
        unit_code,
        period,
        field,
        cast(count(*) as integer) as reported_count,
        cast(count(case when revision_count > 0 then 1 end) as integer) as revised_count,
        cast(sum(revision_count) as integer) as revision_count,
        cast(sum(first_value) as decimal(18, 4)) as first_wanyuan,
        cast(sum(last_value) as decimal(18, 4)) as last_wanyuan,
        cast(sum(last_value - first_value) as decimal(18, 4)) as revision_wanyuan,
        cast(sum(abs(last_value - first_value)) as decimal(18, 4)) as absolute_revision_wanyuan,
        count(last_value - first_value) as compared_count,
        cast(sum(case when first_value is not null then abs(last_value) end) as decimal(18, 4)) as compared_wanyuan,
        cast(sum(abs(revision_days)) as integer) as absolute_revision_days,
        max(last_revised_at) as last_revised_at
    from figures
    group by form_id, unit_code, period, field
)

select
    {{ surrogate_key(['form_id', 'unit_code', 'period', 'field']) }} as row_key,
    unit_code,
    form_id,
    period,
    field,
    reported_count,
    revised_count,
    revision_count,
    {{ rate('revised_count', 'reported_count') }} as revision_rate,
    first_wanyuan,
    last_wanyuan,
    revision_wanyuan,
    absolute_revision_wanyuan,
    {{ rate('revision_wanyuan', 'compared_count') }} as mean_revision_wanyuan,
    {{ rate('absolute_revision_wanyuan', 'compared_count') }} as mean_absolute_revision_wanyuan,
    {{ rate('revision_wanyuan', 'compared_wanyuan') }} as mean_relative_revision_rate,
    {{ rate('absolute_revision_wanyuan', 'compared_wanyuan') }} as mean_absolute_relative_revision_rate,
    absolute_revision_days,
    last_revised_at
from summed
