"""The bank: lines of statements beside the money they are, one key to accept; importing and reconciling."""
