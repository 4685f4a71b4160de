"""Alerts: rules over KPIs and events, what they find, what is held back, and how often they were right."""
