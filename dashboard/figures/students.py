"""What Student's t stays below in 97.5 of 100 cases: for 95 % intervals of few numbers."""

# By degrees of freedom from 7 on, and at last of the normal distribution.
T_975 = (
    2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
    2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042, 1.960,
)  # fmt: skip
FEWEST = 7


def t_975(freedom: int) -> float:
    """Its quantile for at least seven degrees of freedom."""
    return T_975[min(freedom - FEWEST, len(T_975) - 1)]
