"""An independent computation of scores, awards, lights, bands and summaries, worked out from contract.md alone.

It knows records (what a district sent and decided) and returns rows; nothing of ``pipelines`` or
``dbt_project`` is imported. Money is Decimal, rates are Fraction: nothing is rounded on the way.
"""
