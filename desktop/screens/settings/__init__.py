"""Settings: the company, its papers, the ladder, how the window looks, devices, backups, and what Bahi is made of."""
