"""The program on the desk: window and command line."""
