"""Build: from values to scores and ranks. Kernels take ``(..., areas, members)``; leading axes are free."""
