"""The command line: the verbs of the workspace, typed by hand, shown as tables a person likes to read."""
