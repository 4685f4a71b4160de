"""What can be sent, one file a kind; `delivery/making.py` finds them by their names."""
