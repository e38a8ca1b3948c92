"""Raises at import."""
raise RuntimeError("no such luck")
