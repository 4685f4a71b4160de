"""Routes, one module per area: read the question, call the front door, dress."""
