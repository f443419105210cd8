-- What stood of every node, issue and meeting item, and from when until when: one row per item and moment at which a
-- list that speaks of it was accepted or replaced. Of the lists in force at a moment the row said last speaks; a
-- later period's list that does not mention the item leaves it as it was. Where no list in force mentions it any more
-- (the same period's list was sent again without it) the row is there and says nothing.
with projects as (
    select
        years.project_key,
        years.unit_code,
        case
            when
                {{ project_status(
                    is_reserve='years.is_reserve',
                    is_completed='milestones.completion_date is not null',
                    is_started='false',
                    is_exited='(years.exited_at is not null)'
                ) }} = 'exited'
                then years.exited_at
        end as exited_at
    from {{ ref('int_projects__years') }} as years
    inner join {{ ref('int_projects__milestones') }} as milestones on years.project_key = milestones.project_key
    where years.is_latest_year
),

-- A node belongs to its project, whoever lists it, under whatever name the project had then. Issues and items are
-- told apart by what the lists write: a project that becomes known later must not make another item of them.
statements as (
    select
        'node' as kind,
        {{ surrogate_key([
            'coalesce(listed.project_key, listed.submitter_code || listed.project_name_key)', 'listed.node_name_key'
        ]) }} as item_key,
        listed.receipt_id,
        listed.sheet,
        listed.block_no,
        listed.row_number,
        listed.submitter_code,
        listed.period,
        listed.project_key,
        listed.project_name,
        cast(null as {{ dbt.type_string() }}) as responsible_unit_key,
        listed.node_name as what,
        '节点计划' as basis,
        listed.node_owner,
        listed.planned_date as due_on,
        listed.actual_date as done_on,
        false as is_declared_done,
        listed.received_at,
        listed.file_modified_at,
        listed.superseded_at
    from ({{ with_project(ref('stg_node_plan_versions')) }}) as listed
    union all
    select
        'issue' as kind,
        {{ issue_key('listed') }} as item_key,
        listed.receipt_id,
        listed.sheet,
        listed.block_no,
        listed.row_number,
        listed.submitter_code,
        listed.period,
        listed.project_key,
        listed.project_name,
        listed.responsible_unit_key,
        listed.problem as what,
        '问题台账 ' || listed.issue_no || ' 号' as basis,
        cast(null as {{ dbt.type_string() }}) as node_owner,
        listed.due_on,
        listed.resolved_on as done_on,
        listed.resolved_on is null and coalesce(listed.reported_status = '销号', false) as is_declared_done,
        listed.received_at,
        listed.file_modified_at,
        listed.superseded_at
    from ({{ with_project(ref('stg_issue_ledger_versions')) }}) as listed
    union all
    select
        'meeting_item' as kind,
        {{ meeting_item_key('listed') }} as item_key,
        listed.receipt_id,
        listed.sheet,
        listed.block_no,
        listed.row_number,
        listed.submitter_code,
        listed.period,
        listed.project_key,
        listed.project_name,
        listed.responsible_unit_key,
        listed.item as what,
        coalesce({{ day_words('listed.held_on') }}, '') || coalesce(listed.meeting_type, '会议') || '议定事项' as basis,
        cast(null as {{ dbt.type_string() }}) as node_owner,
        listed.due_on,
        listed.done_on,
        false as is_declared_done,
        listed.received_at,
        listed.file_modified_at,
        listed.superseded_at
    from ({{ with_project(ref('stg_dispatch_record_versions')) }}) as listed
),

-- What was replaced within the load that brought it never stood.
stood as (
    select
        *,
        {{ last_day_of_period('period') }} as period_end
    from statements
    where superseded_at is null or superseded_at > received_at
),

moments as (
    select
        kind,
        item_key,
        received_at as known_from
    from stood
    union distinct
    select
        kind,
        item_key,
        superseded_at as known_from
    from stood
    where superseded_at is not null
),

speaking as (
    select
        moments.kind,
        moments.item_key,
        moments.known_from,
        stood.receipt_id,
        stood.sheet,
        stood.block_no,
        stood.row_number,
        stood.submitter_code,
        stood.project_key,
        stood.project_name,
        stood.responsible_unit_key,
        stood.what,
        stood.basis,
        stood.node_owner,
        stood.due_on,
        stood.done_on,
        stood.is_declared_done
    from moments
    left join stood
        on
            moments.kind = stood.kind
            and moments.item_key = stood.item_key
            and moments.known_from >= stood.received_at
            and (stood.superseded_at is null or moments.known_from < stood.superseded_at)
    qualify
        row_number() over (
            partition by moments.kind, moments.item_key, moments.known_from
            order by {{ said_last_first('stood') }}
        ) = 1
)

select
    speaking.kind,
    speaking.item_key,
    speaking.known_from,
    lead(speaking.known_from) over (
        partition by speaking.kind, speaking.item_key
        order by speaking.known_from asc nulls last
    ) as known_to,
    speaking.receipt_id is not null as is_listed,
    speaking.submitter_code,
    case
        when speaking.kind = 'node' then coalesce(projects.unit_code, speaking.submitter_code)
        else coalesce(unit_names.unit_code, speaking.submitter_code)
    end as unit_code,
    speaking.project_key,
    projects.exited_at,
    speaking.project_name,
    speaking.what,
    speaking.basis,
    speaking.node_owner,
    speaking.due_on,
    speaking.done_on,
    coalesce(speaking.is_declared_done, false) as is_declared_done,
    speaking.receipt_id,
    speaking.sheet,
    speaking.block_no,
    speaking.row_number
from speaking
left join projects on speaking.project_key = projects.project_key
left join {{ ref('stg_unit_names') }} as unit_names on speaking.responsible_unit_key = unit_names.name_key
