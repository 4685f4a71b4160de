"""What a refresh does in a warehouse: large tables stay there, and what is made of them is made there."""
