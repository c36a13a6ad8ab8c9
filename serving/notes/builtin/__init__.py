"""The built-in note writer: selects, orders and attributes what was said, by tables and no model."""
