"""What pages show besides answers of KPIs: one file a part, each a function of a workspace that gives frozen data."""
