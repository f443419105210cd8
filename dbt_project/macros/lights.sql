{#- The components of a light in the order in which, equally bad, they decide, with their names. -#}
{% macro light_components() -%}
    {{ return([
        ('progress', '进度'),
        ('start', '开工'),
        ('completion', '竣工'),
        ('node', '节点'),
        ('entry', '入统')
    ]) }}
{%- endmacro %}

{#- Whether a measured value meets a rule. -#}
{% macro rule_holds(value, operator, threshold) -%}
    case {{ operator }}
        when '>=' then {{ compared(value) }} >= {{ compared(threshold) }}
        when '>' then {{ compared(value) }} > {{ compared(threshold) }}
        when '<=' then {{ compared(value) }} <= {{ compared(threshold) }}
        when '<' then {{ compared(value) }} < {{ compared(threshold) }}
        else false
    end
{%- endmacro %}

{% macro light_words(light) -%}
    case {{ light }}
        when 'red_flag' then '红旗'
        when 'green' then '绿灯'
        when 'yellow' then '黄灯'
        when 'red' then '红灯'
        when 'waived' then '豁免'
        else '未评'
    end
{%- endmacro %}

{% macro operator_words(operator) -%}
    case {{ operator }} when '>=' then '≥' when '<=' then '≤' else {{ operator }} end
{%- endmacro %}

{#- How bad a light is. A red flag is as good as green: it stands where nothing is worse than green. -#}
{% macro light_severity(light) -%}
    case {{ light }} when 'red' then 3 when 'yellow' then 2 when 'green' then 1 when 'red_flag' then 1 end
{%- endmacro %}

{#- How many months a date lies back, or ahead, in words. -#}
{% macro months_words(past, present, future, months) -%}
    case
        when {{ months }} > 0 then '{{ past }}' || cast({{ months }} as {{ dbt.type_string() }}) || '个月'
        when {{ months }} = 0 then '{{ present }}'
        when {{ months }} < 0 then '{{ future }}' || cast(-{{ months }} as {{ dbt.type_string() }}) || '个月'
    end
{%- endmacro %}
