"""The way between threads and the window: runner, hub and crash report."""
