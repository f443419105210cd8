"""Candidates: best first, decided ones gone, and what stands in the way said."""

from dataclasses import replace

from link_sides import WEIGHTS, side

from pipelines.reconciliation.candidates import candidate_id, propose_links


def proposed(projects, records, decided=(), at_least=0.5):
    found = propose_links(projects, records, WEIGHTS, decided, at_least)
    return [(one.project.identity, one.record.identity) for one in found]


def project(identity, name, **known):
    return side(name, identity, project_code=f"C-{identity}", **known)


def test_the_best_pair_comes_first_and_what_scores_too_little_not_at_all():
    projects = [project("p1", "滦河河道清理整治", total_wanyuan=900), project("p2", "城市公厕")]
    records = [
        side("滦河河道清理工程", "S1"),
        side("滦河河道清理整治工程", "S2", total_wanyuan=900),
        side("粮油加工车间", "S3"),
    ]
    assert proposed(projects, records) == [("p1", "S2")]
    assert proposed(projects, records, at_least=0.01)[:2] == [("p1", "S2"), ("p1", "S1")]


def test_what_was_decided_before_does_not_come_again():
    pair = [project("p1", "滦河河道清理")], [side("滦河河道清理工程", "S1")]
    assert proposed(*pair) == [("p1", "S1")]
    assert proposed(*pair, decided={("p1", "S1")}) == []


def test_two_that_have_both_found_their_match_are_no_candidates():
    one, other = (
        project("p1", "滦河河道清理", total_wanyuan=5),
        side("滦河河道清理", "S1", total_wanyuan=5),
    )
    taken = {"places": frozenset("a"), "credit_code": "U", "ytd_wanyuan": 3}
    one, other = replace(one, **taken), replace(other, **taken)
    assert proposed([replace(one, matched=("S9",))], [other], at_least=0.01) == [("p1", "S1")]
    assert (
        proposed([replace(one, matched=("S9",))], [replace(other, matched=("p9",))], at_least=0)
        == []
    )


def test_another_name_is_looked_at_where_the_owner_or_the_amount_is_the_same():
    records = [side("厂区搬迁", "S1", credit_code="U"), side("滨河景观", "S2", total_wanyuan=7)]
    known = project("p1", "五岳电子扩能", credit_code="U", total_wanyuan=7)
    assert set(proposed([known], records, at_least=0)) == {("p1", "S1"), ("p1", "S2")}
    assert proposed([project("p1", "五岳电子扩能")], records, at_least=0) == []


def test_what_stands_in_the_way_is_said():
    projects = [
        side("滦河河道清理", "p1"),
        replace(project("p2", "滦河河道清理整治"), matched=("S9",)),
    ]
    records = [side("滦河河道清理工程", "S1")]
    found = {
        one.project.identity: one for one in propose_links(projects, records, WEIGHTS, (), 0.0)
    }
    assert any("没有代码" in told for told in found["p1"].conflicts)
    assert any("S9" in told for told in found["p2"].conflicts)
    assert any(found["p2"].candidate_id in told for told in found["p1"].conflicts)
    assert "已有确定的对应" in found["p2"].doubts and "名称相同" in found["p1"].reasons


def test_an_id_is_the_same_whatever_else_is_proposed():
    assert candidate_id("p1", "S1") == candidate_id("p1", "S1") != candidate_id("p1", "S2")
    assert candidate_id("p1", "S1").split("-")[0] == candidate_id("p1", "S2").split("-")[0]
