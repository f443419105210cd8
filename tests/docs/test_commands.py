"""Every command that a page shows is one of the program's, with options that it has."""

import re

import pytest
import typer.main
from replays import REPOSITORY

from pipelines.cli import app

PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "README.zh-CN.md",
    *sorted((REPOSITORY / "docs" / "runbooks").glob("*.md")),
    *sorted((REPOSITORY / "docs" / "deployment").glob("*.md")),
    *sorted((REPOSITORY / "docs" / "methods").glob("*.md")),
]
# In running text a command stands in quotation marks, in a block it begins a line or follows another program's options.
INLINE = re.compile(r"`taizhang ([^`\n]+)`")
LINE = re.compile(r"(?:^\s*(?:[^\s#]+/)?|-- \S+/|(?<![/\w])taizhang )taizhang ([a-z][^|]*)")


def commands(page):
    """What follows `taizhang` wherever a page shows it."""
    text, is_block = page.read_text("utf-8"), False
    found = INLINE.findall(text)
    for line in text.splitlines():
        is_block ^= line.startswith("```")
        if is_block or line.startswith("    "):
            found += LINE.findall(line)
    return [one.partition("#")[0].replace("\\|", "|").strip() for one in found]


def known_options(words):
    """The options of the command that the words begin with; the words must name one."""
    command = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest:
        name = rest.pop(0)
        if "|" in name or (rest and rest[0] == "|"):
            return None  # several commands at once, spelt out elsewhere
        assert name in command.commands, f"there is no command {name}"
        command = command.commands[name]
    return {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())
def test_a_command_that_is_shown_can_be_typed(page):
    for shown in commands(page):
        words = [word.rstrip(",;.:，。；") for word in shown.split()]
        options = known_options(words)
        if options is not None:
            unknown = {word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)} - options
            assert not unknown, f"taizhang {shown}: {unknown}"


def test_commands_are_found_on_the_pages():
    shown = [words for page in PAGES for words in commands(page)]
    assert len(shown) > 60
    assert {words.split()[0] for words in shown} >= {"load", "health", "backup", "restore", "serve"}
