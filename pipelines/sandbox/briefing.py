"""What a child is told once, when it starts: objects of the parent, pickled.

To unpickle is to execute, so this goes one way only: a child trusts its parent. What a child says is never unpickled;
it comes as data of declared types.
"""

import pickle
from typing import Any


def packed(told: Any) -> bytes:
    """Objects of the parent as bytes, for the briefing of a ``ChildPool``."""
    return pickle.dumps(told, pickle.HIGHEST_PROTOCOL)


def unpacked(briefing: bytes) -> Any:
    """The same objects; to be called in a child, with what its parent sent, and nowhere else."""
    return pickle.loads(briefing)
