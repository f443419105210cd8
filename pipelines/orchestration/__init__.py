"""Dagster: assets, checks, sensors, schedules, resources. Thin: each makes one call."""
