-- From which total investment on the entry of a project in the statistics asks for an explanation beside its papers.
alter table config.policy add column entry_explanation_wanyuan integer default 5000;
