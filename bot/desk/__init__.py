"""The staff web site."""
