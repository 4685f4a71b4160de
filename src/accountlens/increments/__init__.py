"""What a refresh need not do again: how inputs are known again, and what follows from those that changed."""
