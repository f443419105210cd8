with projects as (
    select * from {{ ref('int_projects__periods') }} where is_light_period and not is_reserve
),

components as (
    select
        *,
        case when light = 'waived' then component_name || '：' || waiver_reason end as waiver_words
    from {{ ref('int_lights__components') }}
),

ranked as (
    select
        *,
        {{ light_severity('light') }} as severity,
        row_number() over (
            partition by period, project_key
            order by {{ light_severity('light') }} desc nulls last, component_no asc nulls last
        ) as badness_rank
    from components
),

-- The worst component decides; of equally bad ones the first.
deciding as (
    select * from ranked where badness_rank = 1 and severity is not null
),

side_by_side as (
    select
        period,
        project_key,
        {% for component, component_name in light_components() %}
        max(case when component = '{{ component }}' then light end) as {{ component }}_light,
        max(case when component = '{{ component }}' then measure_value end) as {{ component }}_value,
        max(case when component = '{{ component }}' then explanation end) as {{ component }}_words,
        max(case when component = '{{ component }}' then waiver_words end) as {{ component }}_waiver,
        {% endfor %}
        max(rule_version) as rule_version
    from components
    group by period, project_key
),

lit as (
    select
        projects.project_key,
        projects.period,
        projects.year,
        projects.unit_code,
        projects.project_name,
        projects.status,
        projects.is_package_parent,
        coalesce(deciding.light, 'not_evaluated') as light,
        deciding.component as deciding_component,
        deciding.component_name as deciding_name,
        deciding.measure,
        deciding.measure_value,
        deciding.operator,
        deciding.threshold,
        deciding.finding_words,
        side_by_side.rule_version,
        {% for component, component_name in light_components() %}
        side_by_side.{{ component }}_light,
        side_by_side.{{ component }}_value,
        {% endfor %}
        -- One after the other in the order in which they decide; what is NULL is left out.
        nullif(concat_ws(
            ';'
            {%- for component, component_name in light_components() %},
            case when side_by_side.{{ component }}_light = 'waived' then '{{ component }}' end
            {%- endfor %}
        ), '') as waived_components,
        nullif(concat_ws(
            '；'
            {%- for component, component_name in light_components() %},
            side_by_side.{{ component }}_waiver
            {%- endfor %}
        ), '') as waiver_reasons,
        nullif(concat_ws(
            ' '
            {%- for component, component_name in light_components() %},
            side_by_side.{{ component }}_words
            {%- endfor %}
        ), '') as component_words
    from projects
    inner join side_by_side
        on
            projects.period = side_by_side.period
            and projects.project_key = side_by_side.project_key
    left join deciding
        on
            projects.period = deciding.period
            and projects.project_key = deciding.project_key
),

-- Rows of one run of equal lights have the same difference of places.
numbered as (
    select
        *,
        row_number() over (partition by project_key order by period asc nulls last)
        - row_number() over (partition by project_key, light order by period asc nulls last) as run_number
    from lit
),

with_streak as (
    select
        *,
        cast(
            row_number() over (partition by project_key, light, run_number order by period asc nulls last) as integer
        ) as streak
    from numbered
)

select
    {{ surrogate_key(['project_key', 'period']) }} as row_key,
    project_key,
    period,
    year,
    unit_code,
    project_name,
    status,
    is_package_parent,

    light,
    deciding_component,
    measure,
    measure_value,
    operator,
    threshold,
    case
        when deciding_component is not null
            then deciding_name || '：' || finding_words || '，' || {{ light_words('light') }}
        when rule_version is null then '没有现行的亮灯规则'
        else '没有可以评定的项'
    end as reason,
    streak,
    rule_version,

    {% for component, component_name in light_components() %}
    {{ component }}_light,
    {{ component }}_value,
    {% endfor %}
    waived_components,
    waiver_reasons,

    {{ light_words('light') }}
    || coalesce('（' || coalesce('由' || deciding_name || '决定，', '') || '规则版本 ' || rule_version || '）', '')
    || '，已连续' || cast(streak as {{ dbt.type_string() }}) || '期。 ' || component_words
    || ' 各项中最差的决定灯色，同样差的依次取{{ light_components() | map(attribute=1) | join('、') }}。' as explanation
from with_streak
