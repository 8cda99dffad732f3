"""What needs attention: conflicts, refused changes and contested papers, with both sides."""
