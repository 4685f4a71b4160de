"""What people keep in a workspace for themselves and each other: dashboards, saved views, notes."""
