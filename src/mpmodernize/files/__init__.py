"""Finding files, decoding them, and replacing them in one step."""
