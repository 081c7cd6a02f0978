/* micromlgen: the class from the generated class's `predict`. */
#include <stdint.h>

#include "model.h"

#include "bench.h"

static Eloquent::ML::Port::Model model;

int bench_setup(void)
{
    return 0;
}

int bench_run(const void *row)
{
    return model.predict((float *)row);
}
