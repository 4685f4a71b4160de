"""How a period runs against its target: what is there, what is usual by now, and where it leads."""
