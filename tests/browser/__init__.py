"""The application in a real Chromium."""
