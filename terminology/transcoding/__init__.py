"""A laboratory's own codes beside the national ones: import, proposals, human decisions, their history (§7)."""
