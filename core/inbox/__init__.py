"""What needs attention: conflicts, refused claims, contested papers and findings."""
