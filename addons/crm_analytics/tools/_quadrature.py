"""Means of functions of a random variable, by Gaussian quadrature."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

NODES = 128


def beta_nodes(a: float, b: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights for the mean of a function of a beta (a, b) variable.

    Golub & Welsch (1969) for the Jacobi polynomials, moved to 0..1; the weights add
    up to 1, so nothing overflows however large a and b are.
    """
    import numpy as np
    from scipy.linalg import eigh_tridiagonal

    n = np.arange(NODES, dtype=np.float64)
    total = 2 * n + a + b - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = 0.5 + (a - b) * (a + b - 2) / (2 * total * (total + 2))
        k = n[1:]
        beside = k * (k + a - 1) * (k + b - 1) * (k + a + b - 2)
        beside /= total[1:] ** 2 * (total[1:] + 1) * (total[1:] - 1)
    centre[0] = a / (a + b)  # both are 0/0 in the general form if a + b is 1 or 2
    beside[0] = a * b / ((a + b) ** 2 * (a + b + 1))
    values, vectors = eigh_tridiagonal(centre, np.sqrt(beside))
    return np.clip(values, 1e-300, 1), vectors[0] ** 2
