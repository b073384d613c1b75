"""The document of an order once it is written: what is said of it to share it, and what becomes of it. No XML here."""
