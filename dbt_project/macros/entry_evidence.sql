{#-
    What entry into the statistics library asks for and our returns can show (domain: the papers of a new project), in
    the order in which it is told: name, and the words for it. The contract of works is in no return and is always asked
    for in words.
-#}
{% macro entry_evidence() %}
    {{ return([
        ('construction_content', '建设内容及规模'),
        ('project_code', '项目代码（审批、核准、备案）'),
        ('owner_uscc', '建设单位统一社会信用代码'),
        ('industry_code', '行业代码'),
        ('location', '建设地点'),
        ('verified_start', '开工认定'),
        ('photograph', '施工现场照片'),
    ]) }}
{% endmacro %}
