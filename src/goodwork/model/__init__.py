"""The nouns: immutable; they know nothing of files or networks."""
