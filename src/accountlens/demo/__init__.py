"""A realistic sample company, generated from a seed."""

from accountlens.demo.company import generate, story
from accountlens.demo.story import STORY, Leaving, Story

__all__ = ["STORY", "Leaving", "Story", "generate", "story"]
