"""Pages about the KPIs, written from the catalog: `make definitions`."""
