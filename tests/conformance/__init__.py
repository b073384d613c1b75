"""Outside judges: code the product does not share says whether what it produces is right."""
