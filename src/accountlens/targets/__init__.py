"""Targets: what a KPI of a scope is to reach in a period, dated and never overwritten."""
