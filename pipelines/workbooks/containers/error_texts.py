"""How error values look where a file holds only what was shown (ECMA-376-1 §18.17.3, and newer ones)."""

ERROR_TEXTS = frozenset(
    {
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A",
        "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!",
    }
)  # fmt: skip
