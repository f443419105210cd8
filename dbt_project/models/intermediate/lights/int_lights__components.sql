-- One row per project, light period and component: the light of the first rule that holds, or why there is none.
-- A waived component keeps what the rules say (rule_light) and is left out of the project's light (light).
with projects as (
    select * from {{ ref('int_projects__periods') }} where is_light_period and not is_reserve
),

rules as (
    select * from {{ ref('int_lights__rules') }}
),

measures as (
    select * from {{ ref('int_lights__measures') }}
),

components as (
    {% for component, component_name in light_components() %}
    select
        {{ loop.index }} as component_no,
        '{{ component }}' as component,
        '{{ component_name }}' as component_name
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

versions as (
    select distinct
        month_period,
        rule_version
    from rules
),

-- A component has one measure in a version.
component_measures as (
    select
        month_period,
        component,
        min(measure) as measure
    from rules
    group by month_period, component
),

measured as (
    select
        projects.period,
        projects.month_period,
        projects.part_of_month,
        projects.project_key,
        components.component_no,
        components.component,
        components.component_name,
        versions.rule_version,
        component_measures.measure,
        measures.measure_value,
        measures.inputs_words,
        measures.finding_words,
        case
            when versions.rule_version is null then '没有现行的亮灯规则'
            when component_measures.measure is null then '没有这一项的规则'
            when measures.project_key is null then '没有这一项的数据'
            else measures.not_evaluated_because
        end as not_evaluated_because
    from projects
    cross join components
    left join versions on projects.month_period = versions.month_period
    left join component_measures
        on
            projects.month_period = component_measures.month_period
            and components.component = component_measures.component
    left join measures
        on
            projects.period = measures.period
            and projects.project_key = measures.project_key
            and components.component = measures.component
            and component_measures.measure = measures.measure
),

holding as (
    select
        measured.period,
        measured.project_key,
        measured.component,
        rules.rule_no,
        rules.light,
        rules.operator,
        rules.threshold
    from measured
    inner join rules
        on
            measured.month_period = rules.month_period
            and measured.component = rules.component
            and measured.measure = rules.measure
    where {{ rule_holds('measured.measure_value', 'rules.operator', 'rules.threshold') }}
    qualify
        row_number() over (
            partition by measured.period, measured.project_key, measured.component
            order by rules.rule_no asc nulls last
        ) = 1
),

waived as (
    select
        period,
        project_key,
        component,
        {{ dbt.listagg('reason', "'；'", 'order by waiver_no') }} as waiver_reason
    from {{ ref('int_lights__waivers') }}
    group by period, project_key, component
),

judged as (
    select
        measured.*,
        holding.rule_no,
        holding.operator,
        holding.threshold,
        waived.waiver_reason,
        coalesce(holding.light, 'not_evaluated') as rule_light,
        case
            when waived.component is not null then 'waived'
            else coalesce(holding.light, 'not_evaluated')
        end as light
    from measured
    left join holding
        on
            measured.period = holding.period
            and measured.project_key = holding.project_key
            and measured.component = holding.component
    left join waived
        on
            measured.period = waived.period
            and measured.project_key = waived.project_key
            and measured.component = waived.component
),

-- What the rules make of the value, waived or not.
with_outcome as (
    select
        *,
        case
            when rule_no is not null
                then
                    inputs_words || '；规则表第 ' || cast(rule_no as {{ dbt.type_string() }}) || ' 条（'
                    || {{ operator_words('operator') }} || ' ' || {{ number_words('threshold', 9) }}
                    || '）最先成立，' || {{ light_words('rule_light') }}
            when not_evaluated_because is not null then '未评，' || not_evaluated_because
            else inputs_words || '；没有一条规则成立，未评'
        end as outcome_words
    from judged
)

select
    *,
    component_name || '：'
    || case when light = 'waived' then '豁免（' || waiver_reason || '），不计入；按规则为：' else '' end
    || outcome_words || '。' as explanation
from with_outcome
