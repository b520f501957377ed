"""Tables that strangers made: read row by row within limits of room and time.

Nothing heavy is imported here: `child` reads in a process of its own that begins with this.
"""
