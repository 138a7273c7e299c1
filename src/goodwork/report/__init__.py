"""Tell: what an edition says, on paper and in files."""
