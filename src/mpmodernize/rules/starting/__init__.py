"""Starting processes (MP3xx)."""
