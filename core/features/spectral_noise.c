/* The step "spectral_noise": a part of features/spectral.h, for a small native module. */
#define SPECTRAL_PART SPECTRAL_NOISE
#include "features/spectral.c" // NOLINT(bugprone-suspicious-include)
