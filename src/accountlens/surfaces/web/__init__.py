"""The web: an API about a workspace, and the browser application that asks it."""
