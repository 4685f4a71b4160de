"""The application measured as it is used: a server in a process of its own, readers over HTTP, pages in Chromium."""
