"""Who is who: which account a row belongs to, in which currency, under which parent, and as it was when."""
