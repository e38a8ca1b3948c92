"""Probes of the device's health. A worker that has imported another probe runs them by the request field `probe`."""
