"""What tries hard to make Changeover lose, tear, invent or show something: little of it in the
tests, much of it in `make torture`. Each trial returns a count of what happened."""
