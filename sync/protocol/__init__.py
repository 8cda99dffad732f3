"""Messages, limits and errors that client and server share.

Pure: neither side's input or output is known here.
"""
