"""The record's database: SQLite in WAL mode, or PostgreSQL; both behave alike."""
