"""The vocabulary of the change log: records, kinds, changes, stamps, what stands and how it is judged. Pure."""
