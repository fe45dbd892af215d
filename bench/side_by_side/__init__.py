"""Measures backup tools beside each other on the same data."""
