"""Children that die, hang, eat or chat take only their own request along."""

import os
import signal
import time
from itertools import islice

import pytest

from pipelines.problems import OperatorError
from pipelines.sandbox import pool as pool_module
from pipelines.sandbox.limits import ChildLimits, Death
from pipelines.sandbox.pool import ChildPool

MIB = 1 << 20
LIMITS = ChildLimits(256 * MIB, 1, 4)


@pytest.fixture(scope="module")
def children():
    with open_pool() as made:
        yield made


def open_pool(size=1, limits=LIMITS, **settings):
    return ChildPool("child_workers", settings, limits, size)


@pytest.fixture(autouse=True, scope="module")
def workers_are_found():
    """The children start in the project's folder; the test's worker lies beside the tests."""
    before = pool_module.PROJECT_ROOT
    pool_module.PROJECT_ROOT = before / "tests" / "support"
    yield
    pool_module.PROJECT_ROOT = before


def echo(text):
    return {"do": "echo", "text": text}


def test_a_request_is_answered_whatever_it_holds(children):
    assert children.ask(echo("北京\n")) == "北京\n".encode()
    assert children.ask(echo("")) == b""


def test_a_large_request_and_a_large_answer_come_through(children):
    text = "x" * (8 * MIB)
    assert children.ask(echo(text)) == text.encode()


def test_an_answer_may_take_most_of_what_a_child_has(children):
    assert len(children.ask({"do": "answer", "bytes": 130 * MIB})) == 130 * MIB


def test_a_request_a_child_has_no_room_for_is_out_of_memory_and_no_crash():
    with open_pool(limits=ChildLimits(64 * MIB, 1, 4)) as narrow:
        assert narrow.ask(echo("x" * (40 * MIB))) == Death("memory", "out of memory")
        assert narrow.ask(echo("next")) == b"next"


def test_answers_come_in_the_order_of_the_requests(children):
    asked = [(n, echo(n)) for n in range(50)]
    assert list(children.ask_all(asked)) == [(n, str(n).encode()) for n in range(50)]


def test_no_more_requests_are_begun_than_may_wait(children, monkeypatch):
    monkeypatch.setattr(pool_module, "_MOST_AHEAD", 3)
    begun = []
    endless = ((n, echo(n)) for n in iter(lambda: begun.append(0) or len(begun), None))
    assert len(list(islice(children.ask_all(endless), 5))) == 5
    assert len(begun) < 10


def test_answers_nobody_takes_fill_the_room_and_no_more_are_asked_for(monkeypatch):
    monkeypatch.setattr(pool_module, "_MOST_BYTES_AHEAD", 1)
    with open_pool(size=2) as pair:
        asked = []
        ask = pair.ask
        monkeypatch.setattr(pair, "ask", lambda request: asked.append(0) or ask(request))
        answers = pair.ask_all((n, echo(n)) for n in range(50))
        assert next(answers) == (0, b"0")
        for _ in range(40):
            ask(echo("the children have time for more"))
        assert len(asked) < 6
        assert [n for n, _ in answers] == list(range(1, 50))


def test_answers_that_are_given_up_keep_nobody_waiting(monkeypatch):
    monkeypatch.setattr(pool_module, "_MOST_BYTES_AHEAD", 1)
    with open_pool(size=2) as pair:
        given_up = pair.ask_all((n, echo(n)) for n in range(50))
        assert next(given_up) == (0, b"0")
        assert len(list(pair.ask_all((n, echo(n)) for n in range(9)))) == 9
        still_held = pair.ask_all((n, echo(n)) for n in range(50))
        next(still_held)


@pytest.mark.parametrize(
    ("request_", "cause"),
    [
        ({"do": "eat", "bytes": 500 * MIB}, "memory"),
        ({"do": "signal", "name": "SIGABRT"}, "memory"),
        ({"do": "spin"}, "time"),
        ({"do": "sleep", "seconds": 60}, "time"),
        ({"do": "crash"}, "crash"),
        ({"do": "fail"}, "crash"),
    ],
)
def test_a_child_that_dies_takes_only_its_own_request_along(children, request_, cause):
    started = time.perf_counter()
    answer = children.ask(request_)
    assert isinstance(answer, Death)
    assert answer.cause == cause
    assert time.perf_counter() - started < 10
    assert children.ask(echo("next")) == b"next"


def test_a_fault_of_the_worker_is_told_to_the_operator(children, caplog):
    answer = children.ask({"do": "fail"})
    assert answer.detail == "ValueError: this worker failed"
    assert "child_workers.py" in caplog.text


def test_a_child_ended_from_outside_is_asked_again(children):
    before = children.ask({"do": "process"})
    os.kill(int(before), signal.SIGKILL)
    after = children.ask({"do": "process"})
    assert after.isdigit()
    assert after != before


def test_a_request_that_ends_every_child_from_outside_is_given_up(children):
    answer = children.ask({"do": "signal", "name": "SIGKILL"})
    assert isinstance(answer, Death)
    assert children.ask(echo("next")) == b"next"


def test_a_child_that_keeps_much_memory_answers_and_goes(children):
    before = children.ask({"do": "process"})
    assert children.ask({"do": "keep", "bytes": 150 * MIB}) == str(150 * MIB).encode()
    assert children.ask({"do": "process"}) != before


def test_what_a_library_prints_is_no_answer(children):
    assert children.ask({"do": "print"}) == b"quiet"


def test_a_child_has_no_secrets_of_its_parent(children, monkeypatch):
    monkeypatch.setenv("TAIZHANG_CHANNEL_SECRET", "geheim")
    with open_pool() as fresh:
        assert b"TAIZHANG" not in fresh.ask({"do": "environment"})


def test_a_child_cannot_write_a_file(children, tmp_path):
    target = tmp_path / "written"
    assert children.ask({"do": "write", "path": str(target)}) != b"written"
    assert not target.exists() or target.stat().st_size == 0


def test_a_worker_that_does_not_start_is_the_operator_s_and_no_file_s_fault():
    with (
        open_pool(cannot_start=True) as broken,
        pytest.raises(OperatorError, match="child_workers"),
    ):
        broken.ask(echo("?"))


def test_several_children_work_side_by_side():
    with open_pool(2) as two:
        asked = [(n, {"do": "process"}) for n in range(20)]
        assert len({answer for _, answer in two.ask_all(asked)}) == 2
