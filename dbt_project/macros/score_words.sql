{#- How scores are spoken of in explanations. -#}
{% macro group_words(unit_group) -%}
    case {{ unit_group }}
        when 'townships' then '镇街组'
        when 'departments' then '部门组'
        else {{ unit_group }} || '组'
    end
{%- endmacro %}

{% macro shape_words(shape) -%}
    case {{ shape }}
        when 'proportional' then '按完成比例计分'
        when 'per_point' then '按百分点加减分'
        when 'banded' then '按完成率分档计分'
        when 'rank' then '按完成率名次计分'
        when 'relative_to_best' then '与本组最好的单位相比计分'
        when 'size_weighted' then '按项目规模加权计分'
    end
{%- endmacro %}

{#- A place among so many; who shares it is told that it is shared. -#}
{% macro place_words(place, of_count, same_count) -%}
    cast({{ of_count }} as {{ dbt.type_string() }}) || ' 个单位中第 '
    || cast({{ place }} as {{ dbt.type_string() }}) || ' 名'
    || case when {{ same_count }} > 1 then '（' || cast({{ same_count }} as {{ dbt.type_string() }}) || ' 个单位并列）' else '' end
{%- endmacro %}
