"""Standing figures: what facts give for the questions asked most, kept beside a snapshot; a click then scans nothing.

They are no definitions of their own: each is the outcome of the very aggregate a question would compute, and serves a
question only where this asks for the same aggregate of the same fact, group and span of time (`signatures`).
"""
