/* The step "spectral_shape": a part of features/spectral.h, for a small native module. */
#define SPECTRAL_PART SPECTRAL_SHAPE
#include "features/spectral.c" // NOLINT(bugprone-suspicious-include)
