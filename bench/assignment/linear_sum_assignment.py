"""Reads a square float64 matrix from a file and prints: SciPy version, median CPU ms, optimum of linear_sum_assignment."""
import sys
import time

import numpy as np
import scipy
from scipy.optimize import linear_sum_assignment

size, path, repeats = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
costs = np.fromfile(path).reshape(size, size)
times = []
for _ in range(repeats):
    start = time.process_time()
    rows, columns = linear_sum_assignment(costs)
    times.append(time.process_time() - start)
print(scipy.__version__, sorted(times)[len(times) // 2] * 1e3, repr(float(costs[rows, columns].sum())))
