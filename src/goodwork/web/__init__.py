"""Serve: pages drawn on the server, their twins in JSON and CSV, and the few headers that keep readers safe."""
