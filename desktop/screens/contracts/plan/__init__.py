"""A contract being planned: what was agreed, and its milestones as lines."""
