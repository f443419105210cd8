{#-
    Number, total investment and year plan of projects by size band, and each band's share of the number.

    columns: what else a row is told apart by, as shown; key: those of them that make the row's key with the band.
-#}
{% macro banded_totals(projects, columns, key) -%}
    select
        {{ surrogate_key(key + ['projects.size_band']) }} as row_key,
        {% for column in columns %}
        projects.{{ column }},
        {% endfor %}
        projects.size_band,
        min(size_bands.lower_bound_wanyuan) as lower_bound_wanyuan,
        cast(count(*) as integer) as project_count,
        cast(coalesce(sum(projects.total_investment_wanyuan), 0) as decimal(18, 4)) as total_investment_wanyuan,
        cast(coalesce(sum(projects.plan_year_wanyuan), 0) as decimal(18, 4)) as plan_year_wanyuan,
        {{ rate('count(*)', 'sum(count(*)) over (partition by ' ~ key | join(', ') ~ ')') }} as share_of_count
    from {{ projects }} as projects
    left join {{ ref('stg_size_bands') }} as size_bands on projects.size_band = size_bands.size_band
    group by {{ columns | join(', ') }}, projects.size_band
{%- endmacro %}

{#- Whether an amount lies in a band: the lower bound is included, and the last band has no upper one. -#}
{% macro within_bounds(amount, bands) -%}
    {{ amount }} >= {{ bands }}.lower_bound_wanyuan
    and ({{ bands }}.upper_bound_wanyuan is null or {{ amount }} < {{ bands }}.upper_bound_wanyuan)
{%- endmacro %}
