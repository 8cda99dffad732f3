"""Contracts and their billable stages."""
