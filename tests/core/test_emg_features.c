/* core/features/emg_features against golden vectors, and against damaged payloads.
 *
 * Sources: features/emg_features.c
 * Golden vectors: emg_features.vectors
 */
#include "features/emg_features.h"

#define STEP(name) sl_emg_features##name
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("emg_features");
}
