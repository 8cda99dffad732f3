"""TDS: from what is expected to what is claimed."""
