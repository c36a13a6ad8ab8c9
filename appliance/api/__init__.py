"""The JSON API, and what every answer of the box has: HTTP and nothing else."""
