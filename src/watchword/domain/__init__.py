"""The words of the trade: names, identifiers, refusals and limits that every room above speaks.

Pure: nothing here reads a clock, the environment, a file or a socket.
"""
