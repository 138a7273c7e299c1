"""The pages of a monitor of more areas than one page or one map can hold."""
