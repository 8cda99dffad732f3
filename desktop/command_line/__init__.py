"""Subcommands that do everything without a window."""
