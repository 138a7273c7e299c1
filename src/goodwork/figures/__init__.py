"""Show: a result becomes a Figure, one SVG drawing with the table behind it and a sentence made from the data; pure."""
