"""The fork server behind worker.py. Standard library only; a probe never imports anything from here."""
