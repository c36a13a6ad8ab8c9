"""The record's database: SQLite in WAL mode, and nothing in it that PostgreSQL could not do."""
