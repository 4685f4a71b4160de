"""The commands with their options, a module per panel of the help; what one does stands in a module of its own."""
