"""State shared between processes (MP4xx)."""
