"""What stands between the network and the pages: answers remembered, limits, the log, and which edition is served."""
