"""Lifetimes of queues, processes, pools and results (MP5xx)."""
