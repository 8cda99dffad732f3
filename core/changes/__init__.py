"""The vocabulary of the change log: change, stamp, class, chain and digest.

Pure: neither database, clock nor socket is known here.
"""
