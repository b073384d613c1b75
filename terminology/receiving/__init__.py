"""Catalogues that laboratories publish to us: who may, what came, when it takes the place of what was (lcsd.md §7)."""
