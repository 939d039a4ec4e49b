"""Comments that silence findings: read from tokens, obeyed, looked after, and written."""
