"""What Great Expectations takes along and no rule of ours asks for: left out of the process that only validates.

The library draws charts of distributions, tests them, and speaks to SQL databases. Importing what it does that with takes
longer than all the rest of it, and 80 MiB. Which rules there are is the catalogue's to say; that none of them needs what
is left out here is held by a test.
"""

import sys
from types import ModuleType

# The expectations that would need what is left out.
NOT_TO_BE_ASKED = frozenset(
    {
        "expect_column_kl_divergence_to_be_less_than",
        "expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than",
        "expect_column_bootstrapped_ks_test_p_value_to_be_greater_than",
    }
)
# Imported without asking whether they are there: something must stand for them.
_STOOD_FOR = ("scipy", "scipy.stats", "altair")
# The library does without it where it is not installed.
_ABSENT = ("sqlalchemy",)


def leave_out() -> None:
    """Let this process import none of it; to be called before the library is imported, in a process of its own."""
    sys.modules.update(dict.fromkeys(_ABSENT))  # type: ignore[arg-type]
    for name in _STOOD_FOR:
        module = sys.modules[name] = ModuleType(name)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
