"""A forest of votes in plain Python, as fast as MicroPython's bytecode gets.

The nodes of all trees lie in four arrays, one after the other. A child >= 0 is the index of a node,
a child < 0 is a leaf of class ~child. Local names cost less than global ones, and `~` and `index`
less than a loop over the votes.
"""


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
