"""Definitions in double precision that the core is held against."""
