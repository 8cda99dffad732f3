"""Today: whom to chase, what falls due, what came in, and what waits; every line leads somewhere."""
