"""The sentence a submitter reads: filled in once, whatever stands in the cells."""

from small_district import a_form, declared_rules

from pipelines.validation.findings import Place, bounded, compose

RULE = declared_rules().by_id["GEN-204"]
PLACE = Place("表{cell}", "D4", 4, "investment_ytd_wanyuan", "{found}路")


def write(found="约30", place=PLACE, rule=RULE, receipt="r", **how):
    return compose(rule, receipt, a_form("progress_report"), place, found, "一个数字", **how)


def test_braces_in_submitted_text_stay_what_they_are():
    message = write("{expected}{nobody}{").message
    assert "“{expected}{nobody}{”" in message
    assert "“表{cell}”D4" in message


def test_the_message_names_sheet_cell_column_and_an_example():
    message = write().message
    for word in ("D4", "本年累计完成投资", "约30", "1860", "〔GEN-204〕"):
        assert word in message


def test_a_very_long_value_is_cut_in_the_message_and_kept_in_the_finding():
    finding = write("长" * 1000)
    assert "长" * 121 not in finding.message
    assert finding.value_found == "长" * 1000


def test_the_same_fault_at_the_same_place_is_the_same_finding():
    assert write().finding_id == write("别的").finding_id
    others = {
        write(receipt="s").finding_id,
        write(place=Place("表", "D5", 5, "investment_ytd_wanyuan")).finding_id,
        write(rule=declared_rules().by_id["GEN-201"]).finding_id,
        write().finding_id,
    }
    assert len(others) == 4


def test_a_reason_matters_only_where_the_rule_says_so():
    milder = declared_rules().by_id["PRG-302"]
    assert write(rule=milder, has_reason=True).severity == "warning"
    assert write(rule=milder).severity == "error"
    assert write(has_reason=True).severity == "error"


def test_choices_are_listed_once_each():
    rule = declared_rules().by_id["GEN-206"]
    place = Place("表", "D4", 4, "ledger_nature", "甲路")
    message = compose(rule, "r", a_form("project_ledger"), place, "在建", "选项").message
    assert "新开工、续建、竣工投产、储备" in message


def test_of_thousands_of_one_kind_the_first_thousand_stand_and_the_last_tells_how_many_more():
    many = [write(place=Place("表", f"D{n}", n, "investment_ytd_wanyuan")) for n in range(1_203)]
    other = [write(receipt="other"), write(rule=declared_rules().by_id["GEN-202"])]
    listed = bounded([*many, *other])
    assert listed[:999] == many[:999]
    assert "同类的还有 203 处" in listed[999].message
    assert listed[1_000:] == other
    assert bounded(many[:1_000]) == many[:1_000]
