{#- Rounds of label passing. Each round also jumps to the label's own label, so that chains shorten by half;
    a test says that no edge is left between two labels. -#}
{%- set rounds = 5 -%}

with ledger_rows as (
    select * from {{ ref('int_projects__ledger_rows') }}
),

-- What a confirmed link may call a project: its code, or its name as long as it has no code and no namesake.
uncoded_link_ids as (
    select
        project_name_key as link_id,
        min(node_id) as node_id
    from ledger_rows
    where project_code is null
    group by project_name_key
    having count(distinct node_id) = 1
),

-- Two projects that somebody confirmed to be one; either may go by a code no ledger ever showed.
links as (
    select
        coalesce(from_names.node_id, 'code:' || links.from_id) as from_node,
        coalesce(to_names.node_id, 'code:' || links.to_id) as to_node
    from {{ ref('stg_links') }} as links
    left join uncoded_link_ids as from_names on links.from_id = from_names.link_id
    left join uncoded_link_ids as to_names on links.to_id = to_names.link_id
    where links.from_source = 'project_ledger' and links.to_source = 'project_ledger'
),

-- Where a coded project is known by a name: by its responsible unit, and by whoever listed it.
coded_names as (
    select
        node_id,
        project_name_key,
        unit_code,
        submitter_code,
        min(received_at) as first_received_at
    from ledger_rows
    where project_code is not null
    group by node_id, project_name_key, unit_code, submitter_code
),

uncoded_names as (
    select distinct
        node_id,
        project_name_key,
        unit_code,
        submitter_code
    from ledger_rows
    where project_code is null
),

-- A name without a code belongs to the coded project of that name in its unit, else to the submitter's,
-- else to the only one of that name in the district.
name_candidates as (
    select
        uncoded_names.node_id as name_node,
        coded_names.node_id as code_node,
        min(coded_names.first_received_at) as first_received_at,
        min(
            case
                when coded_names.unit_code = uncoded_names.unit_code then 1
                when coded_names.submitter_code = uncoded_names.submitter_code then 2
                else 3
            end
        ) as distance
    from uncoded_names
    inner join coded_names on uncoded_names.project_name_key = coded_names.project_name_key
    group by uncoded_names.node_id, coded_names.node_id
),

ranked_candidates as (
    select
        name_node,
        code_node,
        distance,
        count(*) over (partition by name_node) as candidate_count,
        row_number() over (
            partition by name_node
            order by distance asc nulls last, first_received_at asc nulls last, code_node asc nulls last
        ) as candidate_rank
    from name_candidates
),

name_attachments as (
    select
        name_node as from_node,
        code_node as to_node
    from ranked_candidates
    where candidate_rank = 1 and (distance < 3 or candidate_count = 1)
),

-- A submitter that moved an uncoded project to another responsible unit still means the same project,
-- as long as no ledger of its own lists both.
uncoded_listings as (
    select distinct
        node_id,
        project_name_key,
        submitter_code,
        receipt_id
    from ledger_rows
    where
        project_code is null
        and node_id not in (select name_candidates.name_node from name_candidates)
),

listed_together as (
    select distinct
        earlier.node_id as from_node,
        later.node_id as to_node
    from uncoded_listings as earlier
    inner join uncoded_listings as later
        on
            earlier.receipt_id = later.receipt_id
            and earlier.project_name_key = later.project_name_key
            and earlier.node_id < later.node_id
),

unit_changes as (
    select distinct
        earlier.node_id as from_node,
        later.node_id as to_node
    from uncoded_listings as earlier
    inner join uncoded_listings as later
        on
            earlier.submitter_code = later.submitter_code
            and earlier.project_name_key = later.project_name_key
            and earlier.node_id < later.node_id
    left join listed_together
        on
            earlier.node_id = listed_together.from_node
            and later.node_id = listed_together.to_node
    where listed_together.from_node is null
),

undirected_edges as (
    select * from links
    union all
    select * from name_attachments
    union all
    select * from unit_changes
),

edges as (
    select
        from_node,
        to_node
    from undirected_edges
    union
    select
        to_node as from_node,
        from_node as to_node
    from undirected_edges
),

nodes as (
    select node_id from ledger_rows
    union
    select from_node as node_id from edges
),

labels_0 as (
    select
        node_id,
        node_id as label
    from nodes
),

{% for round in range(1, rounds + 1) %}
heard_{{ round }} as (
    select
        own.node_id,
        least(own.label, min(coalesce(neighbour.label, own.label))) as label
    from labels_{{ round - 1 }} as own
    left join edges on own.node_id = edges.from_node
    left join labels_{{ round - 1 }} as neighbour on edges.to_node = neighbour.node_id
    group by own.node_id, own.label
),

labels_{{ round }} as (
    select
        heard.node_id,
        jumped.label
    from heard_{{ round }} as heard
    inner join heard_{{ round }} as jumped on heard.label = jumped.node_id
),

{% endfor %}
evidence as (
    select
        labels.label,
        ledger_rows.node_id,
        ledger_rows.project_code is not null as has_code,
        min(ledger_rows.received_at) as first_received_at
    from ledger_rows
    inner join labels_{{ rounds }} as labels on ledger_rows.node_id = labels.node_id
    group by labels.label, ledger_rows.node_id, ledger_rows.project_code is not null
),

-- The key comes from the first evidence of the project. Everything of one load arrived at one time; there a
-- code goes before a name, so that the order of arrival within the load does not matter.
first_evidence as (
    select
        label,
        node_id as first_node,
        first_received_at
    from evidence
    qualify
        row_number() over (
            partition by label
            order by first_received_at asc nulls last, has_code desc nulls last, node_id asc nulls last
        ) = 1
),

coded_labels as (
    select distinct label from evidence where has_code
)

select
    labels.node_id,
    case
        when labels.node_id like 'code:%' then substring(labels.node_id, 6)
        else uncoded_link_ids.link_id
    end as link_id,
    md5(first_evidence.first_node) as project_key,
    first_evidence.first_received_at,
    coded_labels.label is not null as is_coded
from labels_{{ rounds }} as labels
inner join first_evidence on labels.label = first_evidence.label
left join coded_labels on labels.label = coded_labels.label
left join uncoded_link_ids on labels.node_id = uncoded_link_ids.node_id
