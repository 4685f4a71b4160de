"""Target lists and tiers as a workspace keeps them: plain CSV files, edited by commands or by hand."""
