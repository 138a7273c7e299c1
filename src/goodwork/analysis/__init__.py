"""Question: what the index says, and how sure one can be. Pure; areas are only row labels here."""
