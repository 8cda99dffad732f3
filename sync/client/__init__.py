"""A device's side of sync: courier, cadence and transport."""
