"""For every rule a return that fails it and one, as alike as can be, that passes it.

A case is a return of ``returns`` and the cells that spoil it. ``one_return`` has the rules that look at one return
alone, ``looks`` those about how its cells look, ``earlier_returns`` those that compare; a rule whose returns no grid can show has a test of its own.
"""
