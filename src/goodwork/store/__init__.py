"""Keep: the only code that touches the disk. It keeps tables and does not know what they mean."""
