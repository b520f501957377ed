"""What leaves as a file and is no report: tables and events, written as they are read.

Only bytes and text are made here; where they go, and whose the file is, others see to.
"""
