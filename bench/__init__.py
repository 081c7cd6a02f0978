"""Measurements of Senselet beside other libraries."""
