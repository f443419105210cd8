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
        row_number() over (
            partition by period, project_key
            order by {{ light_severity('light') }} desc nulls last, component_no asc nulls last
        ) as badness_rank
    from components
    where {{ light_severity('light') }} is not null
),

-- The worst component decides; of equally bad ones the first.
deciding as (
    select * from ranked where badness_rank = 1
),

-- What the rows are numbered by, without their words: those are long, and sorting would carry them.
lights as (
    select
        projects.project_key,
        projects.period,
        coalesce(deciding.light, 'not_evaluated') as light
    from projects
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
    from lights
),

streaks as (
    select
        project_key,
        period,
        light,
        cast(
            row_number() over (partition by project_key, light, run_number order by period asc nulls last) as integer
        ) as streak
    from numbered
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
        streaks.light,
        streaks.streak,
        deciding.component as deciding_component,
        deciding.component_name as deciding_name,
        deciding.measure,
        deciding.measure_value,
        deciding.operator,
        deciding.threshold,
        deciding.finding_words,
        -- All components of a project are judged by the version in force.
        coalesce(
            {%- for component, component_name in light_components() %}
            {{ component }}.rule_version{{ ',' if not loop.last }}
            {%- endfor %}
        ) as rule_version,
        {% for component, component_name in light_components() %}
        {{ component }}.light as {{ component }}_light,
        {{ component }}.measure_value as {{ component }}_value,
        {% endfor %}
        -- One after the other in the order in which they decide; what is NULL is left out.
        nullif(concat_ws(
            ';'
            {%- for component, component_name in light_components() %},
            case when {{ component }}.light = 'waived' then '{{ component }}' end
            {%- endfor %}
        ), '') as waived_components,
        nullif(concat_ws(
            '；'
            {%- for component, component_name in light_components() %},
            {{ component }}.waiver_words
            {%- endfor %}
        ), '') as waiver_reasons,
        nullif(concat_ws(
            ' '
            {%- for component, component_name in light_components() %},
            {{ component }}.explanation
            {%- endfor %}
        ), '') as component_words
    from projects
    inner join streaks
        on
            projects.period = streaks.period
            and projects.project_key = streaks.project_key
    left join deciding
        on
            projects.period = deciding.period
            and projects.project_key = deciding.project_key
    {% for component, component_name in light_components() %}
    left join components as {{ component }}
        on
            projects.period = {{ component }}.period
            and projects.project_key = {{ component }}.project_key
            and {{ component }}.component = '{{ component }}'
    {% endfor %}
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
from lit
