"""Erasing a person: from snapshots new and old, the quarantine, the app state and the files of the workspace."""
