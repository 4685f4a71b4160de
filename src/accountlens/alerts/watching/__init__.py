"""How each kind of condition is looked at, at one moment or at many."""
