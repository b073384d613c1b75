"""Migrations of the base, run by `storage.migrate.upgrade`."""
