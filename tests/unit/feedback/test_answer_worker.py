"""The process that composes answers: soon at work, and its words the same whatever else is imported."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def told():
    program = """
import sys
import pipelines.feedback.answer_worker
from lxml import etree
from pipelines.feedback.marking.ooxml import MAIN, OFFICE
print("openpyxl" in sys.modules, "pandas" in sys.modules)
print(etree.tostring(etree.Element(f"{{{MAIN}}}drawing", {f"{{{OFFICE}}}id": "rId1"})).decode())
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return run.stdout.splitlines()


def test_what_few_answers_need_is_not_imported_beforehand(told):
    assert told[0] == "False False"


def test_a_relationship_goes_by_the_prefix_that_all_programs_know(told):
    assert 'r:id="rId1"' in told[1]
