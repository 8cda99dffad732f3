"""The service: endpoints, log, gate, standing, devices and settings.

It knows the catalogue of changes and never opens a book.
"""
