"""Whether an engine gives the same numbers: every derived fact and every KPI, cell by cell, beside DuckDB's."""
