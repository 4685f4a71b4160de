"""Deliveries: what is sent to whom, by which channel, when, and what became of it."""
