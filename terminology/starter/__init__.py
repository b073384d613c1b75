"""The starter catalogue: data files only, read by `terminology/readers/starter.py` (README.md says what they hold)."""
