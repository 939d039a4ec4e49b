"""Findings, changes and rule pages, written for people and for programs."""
