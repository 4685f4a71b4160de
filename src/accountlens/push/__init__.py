"""What is known here written back to where others work: scores, stages, next steps, to a file or a table."""
