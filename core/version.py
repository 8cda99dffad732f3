"""Which version of Bahi this is."""

VERSION = "0.1.0"
"""As the package is called; a device tells it when it comes in at the service."""
