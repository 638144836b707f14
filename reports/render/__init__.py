"""A report as text: HTML and JSON. Pure: the same report gives the same bytes."""
