"""Contracts: how far each has come, and its milestones, certified and billed from here."""
