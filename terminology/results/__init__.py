"""Results of analyses: may two of them be compared, and what one is worth in another unit (terminology.md §6)."""
