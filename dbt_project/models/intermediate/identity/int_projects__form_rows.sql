-- Whose project a row of another form than the ledger speaks of. A code decides. Without one, or with one no ledger
-- knows, the name does: within the submitting unit, then within its own ledger, then within the district, and there
-- the ledger of the row's own year before other years. Two projects at the same distance: nobody guesses.
with form_rows as (
    {% for form_id, relation, has_code in [
        ('progress_report', 'stg_progress_report_versions', true),
        ('start_completion_register', 'stg_start_completion_register_versions', true),
        ('node_plan', 'stg_node_plan_versions', true),
        ('three_batches', 'stg_three_batches', true),
        ('issue_ledger', 'stg_issue_ledger_versions', false),
        ('dispatch_record', 'stg_dispatch_record_versions', false)
    ] %}
    select
        '{{ form_id }}' as form_id,
        receipt_id,
        sheet,
        row_number,
        submitter_code,
        year,
        {{ 'project_code' if has_code else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as project_code,
        project_name_key
    from {{ ref(relation) }}
    where project_name_key is not null{{ ' or project_code is not null' if has_code }}
    union all
    {% endfor %}
    select
        'site_review' as form_id,
        receipt_id,
        sheet,
        row_number,
        submitter_code,
        year,
        cast(null as {{ dbt.type_string() }}) as project_code,
        reviewed_name_key as project_name_key
    from {{ ref('stg_site_review') }}
    union all
    -- A photograph's folder names a code or a name; it has no cell.
    select
        'photograph' as form_id,
        receipt_id,
        '' as sheet,
        1 as row_number,
        submitter_code,
        year,
        project_code,
        project_name_key
    from {{ ref('stg_photographs') }}
),

identity as (
    select * from {{ ref('int_projects__identity') }}
),

known_names as (
    select distinct
        ledger_rows.project_name_key,
        ledger_rows.unit_code,
        ledger_rows.submitter_code,
        ledger_rows.year,
        ledger_rows.is_in_force,
        identity.project_key,
        identity.is_coded
    from {{ ref('int_projects__ledger_rows') }} as ledger_rows
    inner join identity on ledger_rows.node_id = identity.node_id
),

by_code as (
    select
        form_rows.receipt_id,
        form_rows.sheet,
        form_rows.row_number,
        identity.project_key
    from form_rows
    inner join identity on 'code:' || form_rows.project_code = identity.node_id
),

name_candidates as (
    select
        form_rows.receipt_id,
        form_rows.sheet,
        form_rows.row_number,
        known_names.project_key,
        min(
            case
                when known_names.unit_code = form_rows.submitter_code then 10
                when known_names.submitter_code = form_rows.submitter_code then 20
                else 30
            end
            + case when known_names.is_in_force and known_names.year = form_rows.year then 0 else 1 end
        ) as distance
    from form_rows
    left join by_code
        on
            form_rows.receipt_id = by_code.receipt_id
            and form_rows.sheet = by_code.sheet
            and form_rows.row_number = by_code.row_number
    inner join known_names on form_rows.project_name_key = known_names.project_name_key
    where
        by_code.project_key is null
        and (form_rows.project_code is null or not known_names.is_coded)
    group by form_rows.receipt_id, form_rows.sheet, form_rows.row_number, known_names.project_key
),

nearest as (
    select
        receipt_id,
        sheet,
        row_number,
        project_key
    from name_candidates
    qualify rank() over (partition by receipt_id, sheet, row_number order by distance asc nulls last) = 1
),

by_name as (
    select
        receipt_id,
        sheet,
        row_number,
        case when count(*) = 1 then min(project_key) end as project_key
    from nearest
    group by receipt_id, sheet, row_number
)

select
    form_rows.form_id,
    form_rows.receipt_id,
    form_rows.sheet,
    form_rows.row_number,
    coalesce(by_code.project_key, by_name.project_key) as project_key,
    case
        when by_code.project_key is not null then 'project_code'
        when by_name.project_key is not null then 'name'
        when by_name.receipt_id is not null then 'ambiguous'
        else 'unknown'
    end as identified_by
from form_rows
left join by_code
    on
        form_rows.receipt_id = by_code.receipt_id
        and form_rows.sheet = by_code.sheet
        and form_rows.row_number = by_code.row_number
left join by_name
    on
        form_rows.receipt_id = by_name.receipt_id
        and form_rows.sheet = by_name.sheet
        and form_rows.row_number = by_name.row_number
