/* The step "spectral_shape": a part of features/spectral.h, for a small native module. */
#define sl_spectral_open      sl_spectral_shape_open
#define sl_spectral_work_size sl_spectral_shape_work_size
#define sl_spectral_prepare   sl_spectral_shape_prepare
#define sl_spectral_run       sl_spectral_shape_run
#define SPECTRAL_PART         SPECTRAL_SHAPE
#include "features/spectral.c" // NOLINT(bugprone-suspicious-include)
#undef sl_spectral_open
#undef sl_spectral_work_size
#undef sl_spectral_prepare
#undef sl_spectral_run
