"""The channels, one file each; `delivery/channel.py` finds them by their names."""
