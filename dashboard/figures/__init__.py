"""Figures, each a declaration in a file of its own: question, query, sentence, chart, cases behind.

Pages, reports and the house tests read the same value: see `figure.Figure`. Nothing draws here.
"""
