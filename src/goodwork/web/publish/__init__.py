"""The monitor as files for any web server: every page, twin, figure and table, checked, packed and put in place."""
