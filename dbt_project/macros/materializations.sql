{#-
    How tables and views come to be here, in place of dbt-duckdb's own way.

    That way makes each beside its predecessor, renames both and drops the predecessor: for readers who must find one or
    the other at every moment. Nobody reads the file dbt builds in; what failed in it is never published.
-#}
{% materialization table, adapter="duckdb", supported_languages=['sql', 'python'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main', language=model['language']) -%}
        {{ create_table_as(False, target_relation, compiled_code, model['language']) }}
        {%- if config.get('contract').enforced %}
        {{ comments_on(target_relation) }}
        {%- endif %}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do look_at_keys(target_relation) %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#-
    A mart of single returns: made whole the first time, afterwards the rows of returns that changed are appended. Those
    it had of them have been taken out before (pipelines/ledger/increments.py).
-#}
{% materialization incremental, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set goes_on = existing_relation is not none and not should_full_refresh() -%}
    {%- if not goes_on -%}
        {%- do drop_relation_if_exists(existing_relation) -%}
    {%- endif -%}
    {% call statement('main') -%}
        {%- if goes_on -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
            insert into {{ target_relation }} by name ({{ compiled_code }})
        {%- else -%}
            {{ create_table_as(False, target_relation, compiled_code) }}
            {{ comments_on(target_relation) }}
        {%- endif -%}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do look_at_keys(target_relation) %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#-
    The columns of a contract: what is part of the key may not be empty. The key itself is looked at when the rows are
    there: the index that DuckDB makes of a constraint takes longer than most rows, and twice their room in the file.
-#}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- for constraint in model.constraints if constraint.type != 'primary_key' -%}
        {%- do exceptions.raise_compiler_error('Of a model only its primary key is looked at, not: ' ~ constraint.type) -%}
    {%- endfor -%}
    {%- set columns = {} -%}
    {%- for name, column in model.columns.items() -%}
        {%- set own = column.constraints | rejectattr('type', 'equalto', 'not_null') | list -%}
        {%- set is_filled = name in primary_key() or own | length < column.constraints | length -%}
        {%- do columns.update({name: dict(column, constraints=own + ([{'type': 'not_null'}] if is_filled else []))}) -%}
    {%- endfor -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}

{% macro primary_key() -%}
    {{ return(model.constraints | selectattr('type', 'equalto', 'primary_key') | map(attribute='columns') | first | default([])) }}
{%- endmacro %}

{#- Fails the model, with the key that two of its rows share. After the hooks, which may change a row. -#}
{% macro look_at_keys(relation) -%}
    {%- set key = primary_key() -%}
    {%- if key -%}
        {%- call statement('keys') -%}
            select error('{{ relation.identifier }}: duplicate key ' || concat_ws(', ', {{ key | join(', ') }}))
            from {{ relation }}
            group by {{ key | join(', ') }}
            having count(*) > 1
        {%- endcall -%}
    {%- endif -%}
{%- endmacro %}

{#- What is described: the table, and every column that its contract names, so each of them is there. -#}
{% macro comments_on(relation) -%}
    comment on table {{ relation }} is {{ duckdb_escape_comment(model.description) }};
    {%- for column in model.columns.values() %}
    comment on column {{ relation }}.{{ adapter.quote(column.name) }} is {{ duckdb_escape_comment(column.description) }};
    {%- endfor %}
{%- endmacro %}

{% materialization view, adapter="duckdb" %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {% call statement('main') -%}
        {{ get_create_view_as_sql(target_relation, sql) }}
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
