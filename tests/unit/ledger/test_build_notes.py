"""What a build notes is taken out by the next one, once, and is told as it was left."""

from pipelines.database import open_in_memory
from pipelines.ledger.build_notes import BuildNotes, Outcome, leave_notes, take_notes
from pipelines.ledger.contents import Content, content_of

NOTES = BuildNotes(
    {"model.a": Content(3, "18446744073709551615000")},
    {"test.a": Outcome("pass", 0, None), "test.b": Outcome("warn", 2, "Got 2 results")},
    {"model.a": "begin\n;\ncreate table a as (select '；')"},
)


def test_notes_are_taken_once():
    with open_in_memory() as connection:
        assert take_notes(connection) == BuildNotes()
        leave_notes(connection, BuildNotes())
        leave_notes(connection, NOTES)
        assert take_notes(connection) == NOTES
        assert take_notes(connection) == BuildNotes()


def test_content_is_that_of_the_rows_in_whatever_order():
    def content(values):
        with open_in_memory() as connection:
            return content_of(connection, f"(select * from (values {values}) as v (a, b))")

    assert content("(1, 'x'), (2, 'y')") == content("(2, 'y'), (1, 'x')")
    different = [
        "(1, 'x'), (2, 'y')",
        "(1, 'y'), (2, 'x')",
        "(1, 'x')",
        "(1, 'x'), (1, 'x')",
        "(1, null)",
    ]
    assert len({content(values) for values in different}) == len(different)


def test_an_empty_table_has_a_content():
    with open_in_memory() as connection:
        connection.execute("create table empty (a integer)")
        assert content_of(connection, "empty") == Content(0, "0")
