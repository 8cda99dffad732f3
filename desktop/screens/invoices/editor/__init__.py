"""The editor of drafts: its presenter, its fields and lines, and how what is typed survives."""
