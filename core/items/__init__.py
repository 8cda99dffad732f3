"""What is sold: items with HSN or SAC, unit, price and rate."""
