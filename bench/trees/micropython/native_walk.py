"""The walk of pure_walk.py, compiled to machine code that still works on Python's objects."""

import micropython


@micropython.native
def predict(x, forest):
    """Return the class of the features `x`; `votes` in the forest is a list to count in."""
    feature, threshold, left, right, roots, votes = forest
    for i in range(len(votes)):
        votes[i] = 0
    for node in roots:
        while node >= 0:
            node = left[node] if x[feature[node]] <= threshold[node] else right[node]
        votes[~node] += 1
    return votes.index(max(votes))
