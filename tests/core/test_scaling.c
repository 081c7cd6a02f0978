/* core/features/scaling against golden vectors, and against damaged payloads.
 *
 * Sources: features/scaling.c
 * Golden vectors: scaling.vectors
 */
#include "features/scaling.h"

#define STEP(name) sl_scaling##name
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("scaling");
}
