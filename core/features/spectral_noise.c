/* The step "spectral_noise": a part of features/spectral.h, for a small native module. */
#define sl_spectral_open      sl_spectral_noise_open
#define sl_spectral_work_size sl_spectral_noise_work_size
#define sl_spectral_prepare   sl_spectral_noise_prepare
#define sl_spectral_run       sl_spectral_noise_run
#define SPECTRAL_PART         SPECTRAL_NOISE
#include "features/spectral.c" // NOLINT(bugprone-suspicious-include)
#undef sl_spectral_open
#undef sl_spectral_work_size
#undef sl_spectral_prepare
#undef sl_spectral_run
