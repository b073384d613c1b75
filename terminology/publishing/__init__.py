"""Versions of a laboratory's own catalogue, who subscribes to them, and what was sent to whom (lcsd.md §6)."""
