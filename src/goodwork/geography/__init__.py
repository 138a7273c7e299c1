"""Re-map: areas as tables, shapes, tiles; which code follows which."""
