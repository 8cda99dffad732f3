"""One contract: how far it has come, its milestones, certified and billed by a key."""
