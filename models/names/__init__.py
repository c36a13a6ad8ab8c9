"""Word and name lists that the masker reads; README.md has their sources and licences."""
