"""The walk for the viper emitter: machine integers and pointers, no Python objects.

A viper function takes four arguments at most, and reads 16-bit items as unsigned. So a node is four
of them in a row: feature, threshold, left, right; a child with the top bit set is a leaf, whose
class is in the other bits, and another is the index of a node. `roots` starts with the number of
trees. Features and thresholds must not be negative. There are no checks: wrong tables crash.
"""

# ruff: noqa: F821, SIM108 - viper knows the names of its types, and plain steps are its own
import micropython


@micropython.viper
def predict(x: ptr16, nodes: ptr16, roots: ptr16, votes: ptr8) -> int:
    """Return the class of the features `x`; `votes` has a byte for each class, and their number."""
    n_classes = int(votes[0])
    i = 1
    while i <= n_classes:
        votes[i] = 0
        i += 1
    n_trees = int(roots[0])
    tree = 1
    while tree <= n_trees:
        node = int(roots[tree])
        while node < 0x8000:
            node <<= 2
            if x[nodes[node]] <= nodes[node + 1]:
                node = nodes[node + 2]
            else:
                node = nodes[node + 3]
        votes[1 + (node & 0x7FFF)] += 1
        tree += 1
    best = 1
    i = 2
    while i <= n_classes:
        if votes[i] > votes[best]:
            best = i
        i += 1
    return best - 1
