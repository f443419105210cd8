{#- The waivers of the open or of the restricted returns, with how often each was used: on how many findings, and
    when last; a waiver of a light on how many lights, and until which day. -#}
{% macro waivers(is_restricted) -%}
    with applications as (
        select
            waiver_no,
            count(*) as times_applied,
            max(received_at) as last_applied_at
        from {{ ref('int_waivers__applications') }}
        {% if not is_restricted %}
        where not is_restricted
        {% endif %}
        group by waiver_no
        union all
        select
            waiver_no,
            count(*) as times_applied,
            max(cast(last_day as timestamp)) as last_applied_at
        from {{ ref('int_lights__waivers') }}
        group by waiver_no
    )

    select
        {{ surrogate_key(['waivers.waiver_no']) }} as row_key,
        waivers.waiver_no,
        waivers.rule_id,
        waivers.unit_code,
        waivers.form_id,
        waivers.period,
        waivers.project,
        waivers.requested_by,
        waivers.approved_by,
        waivers.reason,
        waivers.expires,
        coalesce(waivers.expires < cast(last_load.now_at as date), false) as is_expired,
        cast(coalesce(applications.times_applied, 0) as integer) as times_applied,
        applications.last_applied_at
    from {{ ref('int_waivers__scopes') }} as waivers
    cross join {{ ref('stg_last_load') }} as last_load
    left join applications on waivers.waiver_no = applications.waiver_no
    where {{ 'waivers.is_restricted' if is_restricted else 'not waivers.is_restricted' }}
{%- endmacro %}
