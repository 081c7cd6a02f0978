/* The step "spectral_change": a part of features/spectral.h, for a small native module. */
#define SPECTRAL_PART SPECTRAL_CHANGE
#include "features/spectral.c" // NOLINT(bugprone-suspicious-include)
