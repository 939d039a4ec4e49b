"""Code where it lives in documents: Markdown, reStructuredText, docstrings, notebooks and plain notes."""
