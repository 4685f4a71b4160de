"""Choosing KPIs by business goal: whether their data is there, and a dashboard, targets and a review to begin with."""
