"""Models as facts: rows of a SELECT in, rows of the fact out."""
