"""The house rules (architecture.md): who may import whom, one clock, one writer, small rooms."""

import ast
import re
from pathlib import Path

import pytest
from small_district import declared_forms

REPOSITORY = Path(__file__).resolve().parents[2]
PIPELINES = REPOSITORY / "pipelines"
DBT = REPOSITORY / "dbt_project"
MODULES = sorted(PIPELINES.rglob("*.py"))

# From the ground floor up; a room may use its own floor and those below.
FLOORS = (
    {
        "problems", "clock", "text", "periods", "wording", "settings", "identifiers", "matching",
        "database", "durability", "interpreter", "leftovers", "log_fields",
    },
    {"declarations", "lock", "profiles", "sandbox"},
    {"intake", "workbooks", "photographs"},
    {"validation"},
    {"ledger"},
    {"release", "feedback", "alerts", "reports", "reconciliation"},
    {"operations"},
    {"orchestration", "terminal"},
    {"commands"},
    {"cli", "definitions", "__main__"},
)  # fmt: skip
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Rooms of one floor that know nothing of each other.
APART = ({"intake", "workbooks"}, {"intake", "photographs"}, {"workbooks", "photographs"})

# The one module (or two) through which each third party enters.
ENTRANCES = {
    "apprise": {"alerts/channels.py"},
    "requests": {"alerts/channels.py"},
    "great_expectations": {"validation/evaluation.py"},
    "duckdb": {"database.py"},
    "PIL": {"photographs/reading.py"},
    "openpyxl": {"feedback/spreadsheet.py"},
    "lxml": ("feedback/marking/", "workbooks/containers/html.py"),
    "python_calamine": {"workbooks/containers/xlsb_count.py"},
    "rapidfuzz": {"matching.py"},
    "msoffcrypto": {"workbooks/decryption.py", "workbooks/containers/xls_encryption.py"},
    "pyarrow": {
        "workbooks/records.py",
        "workbooks/tables.py",
        "workbooks/arrived.py",
        "ledger/storing.py",
    },
    "msgspec": {"ledger/taken.py"},
    "pickle": {"sandbox/briefing.py"},
    "typer": ("cli.py", "commands/"),
    "rich": {"cli.py", "terminal.py"},
    "dagster": "orchestration/",
}
FORBIDDEN = {"httpx", "urllib", "socket", "sqlite3"}


def named(path):
    return path.relative_to(PIPELINES).as_posix()


def imports_of(path):
    """Every imported module with the line, those inside functions and type checks included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}:{node.lineno}: relative import"
            yield node.module, node.lineno
            if node.module == "pipelines":
                yield from ((f"pipelines.{alias.name}", node.lineno) for alias in node.names)


def room_of(path):
    return path.relative_to(PIPELINES).parts[0].removesuffix(".py")


def test_every_module_has_its_floor():
    assert {room_of(path) for path in MODULES} - {"__init__"} == set(FLOOR_OF)


def test_imports_run_only_downwards():
    faults = []
    for path in MODULES:
        room = room_of(path)
        for module, line in imports_of(path):
            parts = module.split(".")
            if parts[0] != "pipelines" or len(parts) < 2 or room == "__init__":
                continue
            other = parts[1]
            is_upwards = FLOOR_OF[other] > FLOOR_OF[room]
            is_across = other != room and any({room, other} <= pair for pair in APART)
            if is_upwards or is_across:
                faults.append(f"{named(path)}:{line} imports {module}")
    assert not faults


def test_modules_do_not_import_each_other_in_a_circle():
    graph = {
        path.relative_to(REPOSITORY).with_suffix("").as_posix().replace("/", "."): {
            module for module, _ in imports_of(path) if module.startswith("pipelines.")
        }
        for path in MODULES
    }
    done, path = set(), []

    def walk(module):
        assert module not in path, " → ".join([*path[path.index(module) :], module])
        if module in done:
            return
        path.append(module)
        for other in sorted(graph.get(module, ())):
            walk(other)
        path.pop()
        done.add(module)

    for module in graph:
        walk(module)


@pytest.mark.parametrize("party", sorted(ENTRANCES))
def test_each_third_party_enters_at_its_named_place(party):
    entered = {
        named(p) for p in MODULES for module, _ in imports_of(p) if module.split(".")[0] == party
    }
    allowed = ENTRANCES[party]
    assert entered, f"nobody imports {party} any more"
    if isinstance(allowed, str | tuple):
        assert all(place.startswith(allowed) for place in entered)
    else:
        assert entered <= allowed


def test_nothing_reaches_for_the_network_or_the_submitters_own_reader():
    faults = [
        f"{named(path)}:{line} imports {module}"
        for path in MODULES
        for module, line in imports_of(path)
        if module.split(".")[0] in FORBIDDEN
    ]
    assert not faults


WALL_CLOCK = re.compile(
    r"\b(?:datetime|date|dt|pd\.Timestamp|pendulum)\.(?:now|today|utcnow)\b|\btime\.(?:time|time_ns"
    r"|localtime|gmtime|strftime)\b|\bgetdate\b"
)
SQL_CLOCK = re.compile(
    r"\b(?:now|today|get_current_time(?:stamp)?|transaction_timestamp)\s*\(|\bcurrent_(?:date|time"
    r"(?:stamp)?)\b|\blocaltime(?:stamp)?\b|\brun_started_at\b|modules\.datetime",
    re.IGNORECASE,
)


def without_comments(sql):
    return re.sub(r"--[^\n]*|/\*.*?\*/|{#.*?#}", "", sql, flags=re.DOTALL)


def test_only_the_clock_reads_the_wall_clock():
    faults = [
        f"{named(path)}:{number}: {line.strip()}"
        for path in MODULES
        if named(path) != "clock.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if WALL_CLOCK.search(line) or re.search(r"\bcurrent_(?:date|timestamp)\b", line)
    ]
    assert not faults


def sql_files():
    kept = [p for folder in ("models", "macros", "tests") for p in (DBT / folder).rglob("*.sql")]
    return kept + sorted((REPOSITORY / "warehouse").rglob("*.sql"))


def test_no_table_depends_on_the_day_it_was_built():
    faults = [
        f"{path.relative_to(REPOSITORY)}: {found.group()}"
        for path in sql_files()
        if (found := SQL_CLOCK.search(without_comments(path.read_text("utf-8"))))
    ]
    assert not faults
    assert sql_files()


def test_each_layer_reads_only_those_below_it():
    """Staging reads sources, what lies between reads staging; nothing but a mart reads a mart."""
    reads = {"staging": {"stg"}, "intermediate": {"stg", "int"}}
    faults = [
        f"{path.relative_to(DBT)} reads {model}"
        for layer, allowed in reads.items()
        for path in (DBT / "models" / layer).rglob("*")
        if path.suffix in {".sql", ".py"}
        for model in re.findall(r"""ref\(['"](\w+)['"]\)""", path.read_text("utf-8"))
        if model.partition("_")[0] not in allowed
    ]
    assert not faults


def test_rules_do_not_read_the_clock_either():
    for path in (REPOSITORY / "expectations").glob("*.yml"):
        assert not SQL_CLOCK.search(path.read_text("utf-8")), path.name


# The ledger writes work.duckdb; the audit and the job's bookkeeping open it to read under the lock. The
# copy that is built on is opened before it is published, and one put back from a backup before anybody uses it.
OPENERS = {
    "database.py", "ledger/work_database.py", "ledger/increments.py", "release/audit.py",
    "orchestration/gate.py", "orchestration/returns.py", "orchestration/warehouse.py",
    "operations/restore.py",
}  # fmt: skip
WRITES = re.compile(
    r"""["'\s(](?:insert\s+into|update|delete\s+from|alter\s+table|drop)\s+["{]?(?:raw|config|reference)\b""",
    re.IGNORECASE,
)


def test_only_the_ledger_writes_the_work_database():
    openers, writers = set(), set()
    for path in MODULES:
        text = path.read_text("utf-8")
        if "open_for_writing" in text:
            openers.add(named(path))
        if WRITES.search(text):
            writers.add(named(path))
    assert openers <= OPENERS
    assert writers and all(place.startswith("ledger/") for place in writers)


def test_only_the_release_writes_what_is_published():
    for path in MODULES:
        if re.search(r"\.published\b", path.read_text("utf-8")):
            assert room_of(path) in {"settings", "profiles", "release", "ledger"}, named(path)


def test_reading_and_validating_know_no_form_by_name():
    names = {form.form_id for form in declared_forms()}
    for folder in ("intake", "workbooks", "photographs", "declarations"):
        for path in sorted((PIPELINES / folder).glob("*.py")):
            words = {
                node.value
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            if named(path) == "declarations/links.py":
                words -= {"project_ledger", "statistics_fai"}  # the sources a link may name
            assert not words & names, named(path)


def test_only_the_settings_read_the_environment():
    for path in MODULES:
        text = path.read_text("utf-8")
        if named(path) not in {"settings.py", "cli.py"}:  # the CLI hands it on to its child
            assert not re.search(r"\bos\.(?:environ|getenv)\b", text), named(path)
        assert "os.environ[" not in text or named(path) == "settings.py", named(path)


def test_a_module_stays_small_enough_to_be_read_at_once():
    long = {named(p): n for p in MODULES if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_every_module_says_what_it_is_for():
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), named(path)


def test_nothing_is_left_to_do_or_printed_in_passing():
    for path in MODULES:
        text = path.read_text("utf-8")
        assert not re.search(r"\b(?:TODO|FIXME|XXX|HACK)\b", text), named(path)
        assert not re.search(r"\bbreakpoint\(|\bpdb\b", text), named(path)
        if room_of(path) not in {"cli", "commands"}:  # `--json` prints
            assert not re.search(r"^\s*print\(", text, re.MULTILINE), named(path)


def test_no_file_names_a_machine_or_a_person():
    folders = ("pipelines", "dbt_project/models", "dbt_project/macros", "expectations", "sources")
    suffixes = {".py", ".sql", ".yml", ".toml", ".md"}
    for folder in folders:
        for path in (REPOSITORY / folder).rglob("*"):
            if path.suffix in suffixes:
                found = re.search(
                    r"(?<![\w.])/(?:home|root|work|Users|tmp)/", path.read_text("utf-8")
                )
                assert found is None, f"{path.relative_to(REPOSITORY)}: {found.group()}"


FIXED = {"sources", "expectations", "pipelines", "dbt_project", "warehouse", "tests", "docs"}


def test_the_top_level_folders_are_the_fixed_ones():
    made = {"build", "taizhang.egg-info", "__pycache__"}
    folders = {p.name for p in REPOSITORY.iterdir() if p.is_dir() and not p.name.startswith(".")}
    assert folders - made == FIXED
