{#-
    When an open total of statistics figures may be shown (contract §5 and §6.7). One owner, so that no two tables
    withhold by different rules and give away together what each keeps.
-#}

{#- Too few: a total over one or two respondents would give a single one away. Where no statistics figure is in the
    total there is nothing to withhold. `policy` is stg_policy. -#}
{% macro is_total_of_too_few(figure_count) -%}
    ({{ figure_count }} > 0 and {{ figure_count }} < policy.minimum_published_count)
{%- endmacro %}

{#-
    One select of all columns of `cells` and is_withheld (with what it was judged by), for cells whose sum per `group_by` is published elsewhere.

    A cell of too few is withheld. By subtraction from the group's sum it would still be known, so the smallest other
    cells are withheld with it: until at least two are, and enough projects are in them together.

    figure_count: how many projects with a statistics figure have a part in the cell.
    own_count: of these, those that no other cell of the group counts as its own; its sum over withheld cells is at most
    the number of projects in them. order_by settles ties.
-#}
{% macro withheld_with_companions(cells, group_by, figure_count, own_count, order_by) -%}
    with too_few as (
        select
            cells.*,
            {{ is_total_of_too_few('cells.' ~ figure_count) }} as is_too_few,
            policy.minimum_published_count
        from {{ cells }} as cells
        cross join {{ ref('stg_policy') }} as policy
    ),

    smallest_first as (
        select
            too_few.*,
            bool_or(is_too_few) over (partition by {{ group_by | join(', ') }}) as has_too_few,
            row_number() over (
                partition by {{ group_by | join(', ') }}, {{ figure_count }} > 0
                order by is_too_few desc, {{ own_count }} asc, {{ order_by }} asc
            ) as place,
            coalesce(
                sum({{ own_count }}) over (
                    partition by {{ group_by | join(', ') }}, {{ figure_count }} > 0
                    order by is_too_few desc, {{ own_count }} asc, {{ order_by }} asc
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as count_before
        from too_few
    )

    select
        smallest_first.*,
        {{ figure_count }} > 0
        and has_too_few
        and (is_too_few or place <= 2 or count_before < minimum_published_count) as is_withheld
    from smallest_first
{%- endmacro %}
