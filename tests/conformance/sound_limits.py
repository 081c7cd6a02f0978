"""What IEC 61672-1:2013 and IEC 61260-1:2014 ask of class 1, and where each figure comes from.

The standards are not free, so every tabulated limit here was taken from two publications that
transcribed it independently of each other, and is used only as far as both agree:

P   phonometry (J. M. Requena-Plens), reference data for its conformance report, transcribed from
    BS EN 61672-1:2013 and BS EN 61260-1:2014 cell by cell, with the pages
N   python-soundlevelmeter (N. Blumer), conformance tests of a thesis, tests/iec61672 and
    tests/iec61260

An entry that only one of them has says "unverified". Design goals are not tabulated but computed
from the standards' formulae.
"""

from __future__ import annotations

import math

INF = math.inf

# Table 3 (P and N agree in all 34 rows; a third, of the acoustics library ac2, does as well):
# nominal frequency in Hz, class 1 acceptance limits in dB, lower and upper.
WEIGHTING = (
    (10, -INF, 3.0),
    (12.5, -INF, 2.5),
    (16, -4.0, 2.0),
    (20, -2.0, 2.0),
    (25, -1.5, 2.0),
    (31.5, -1.5, 1.5),
    (40, -1.0, 1.0),
    (50, -1.0, 1.0),
    (63, -1.0, 1.0),
    (80, -1.0, 1.0),
    (100, -1.0, 1.0),
    (125, -1.0, 1.0),
    (160, -1.0, 1.0),
    (200, -1.0, 1.0),
    (250, -1.0, 1.0),
    (315, -1.0, 1.0),
    (400, -1.0, 1.0),
    (500, -1.0, 1.0),
    (630, -1.0, 1.0),
    (800, -1.0, 1.0),
    (1000, -0.7, 0.7),
    (1250, -1.0, 1.0),
    (1600, -1.0, 1.0),
    (2000, -1.0, 1.0),
    (2500, -1.0, 1.0),
    (3150, -1.0, 1.0),
    (4000, -1.0, 1.0),
    (5000, -1.5, 1.5),
    (6300, -2.0, 1.5),
    (8000, -2.5, 1.5),
    (10000, -3.0, 2.0),
    (12500, -5.0, 2.0),
    (16000, -16.0, 2.5),
    (20000, -INF, 3.0),
)

# Table 4 (P and N agree in all rows): duration of the 4 kHz toneburst in ms, class 1 limits in dB,
# lower and upper. References are formulae (7) and (8).
TONEBURST_F_AND_E = (
    (1000, -0.5, 0.5),
    (500, -0.5, 0.5),
    (200, -0.5, 0.5),
    (100, -1.0, 1.0),
    (50, -1.0, 1.0),
    (20, -1.0, 1.0),
    (10, -1.0, 1.0),
    (5, -1.0, 1.0),
    (2, -1.5, 1.0),
    (1, -2.0, 1.0),
    (0.5, -2.5, 1.0),
    (0.25, -3.0, 1.0),
)
TONEBURST_S = (
    (1000, -0.5, 0.5),
    (500, -0.5, 0.5),
    (200, -0.5, 0.5),
    (100, -1.0, 1.0),
    (50, -1.0, 1.0),
    (20, -1.5, 1.0),
    (10, -2.0, 1.0),
    (5, -2.5, 1.0),
    (2, -3.0, 1.0),
)

# Table 5 (P and N agree): cycles (-0.5: the negative half cycle), nominal frequency in Hz, LCpeak -
# LC in dB, class 1 limit +- dB.
C_PEAK = (
    (1.0, 31.5, 2.5, 2.0),
    (1.0, 500, 3.5, 1.0),
    (1.0, 8000, 3.4, 2.0),
    (0.5, 500, 2.4, 1.0),
    (-0.5, 500, 2.4, 1.0),
)

# Clauses of IEC 61672-1:2013 with a figure in the text.
LINEARITY = 0.8  # dB, 5.6.5: P, N
LINEARITY_STEP = 0.3  # dB, 5.6.6, changes of 1 ... 10 dB: N alone, unverified
LINEAR_RANGE = 60.0  # dB at 1 kHz, 5.6: N alone, unverified
WEIGHTINGS_AT_1KHZ = 0.2  # dB, 5.5.9, C and Z against A: P, N
F_AGAINST_S = 0.1  # dB, 5.8.3, steady 1 kHz: P, N
OVERLOAD_DIFFERENCE = 1.5  # dB, 5.11.3, positive against negative half cycles: P alone, unverified
# dB/s after a steady 4 kHz signal ceases, 5.8.2: N alone, unverified. Design goals are
# 10 lg(e) / tau.
DECAY_F = (31.0, 38.5)
DECAY_S = (3.6, 5.1)

# IEC 61260-1:2014, Table 1 (P and N agree): exponent x of the octave's frequency ratio 10^(0.3 x),
# limits of relative attenuation in dB. In the pass-band the least is -0.4.
PASS_LEAST = -0.4
PASS_MOST = ((0, 0.4), (1 / 8, 0.5), (1 / 4, 0.7), (3 / 8, 1.4))
PASS_EDGE = 5.3  # just inside x = 1/2: P; N states it in words
STOP_EDGE = 1.2  # just outside: P; N states it in words
STOP_LEAST = ((1, 16.6), (2, 40.5), (3, 60.0), (4, 70.0))
BANDWIDTH = 0.4  # dB, 5.12, effective bandwidth: N alone, unverified
