/* core/features/vibration_features against golden vectors, and against damaged payloads.
 *
 * Sources: features/vibration_features.c base/sine.c
 * Golden vectors: vibration_features.vectors
 */
#include "features/vibration_features.h"

#define STEP(name) sl_vibration_features##name
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("vibration_features");
}
