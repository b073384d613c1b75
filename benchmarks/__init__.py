"""Measurements of the product, run by hand: `python -m benchmarks.NAME`. Nothing here is shipped."""
