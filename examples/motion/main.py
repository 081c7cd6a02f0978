"""Which shoulder exercise is its wearer doing? The program of a complete sensor.

    senselet install --device sim:m3 --model build/demo/motion.sense \\
        --program examples/motion/main.py
    senselet run --device sim:m3

It reads blocks of samples, ten a channel, as float32 in g and rad/s. A virtual board plays the file
recording.samples in the folder where the command runs (make demo leaves some in build/demo); on a
real board, `sensor` is your driver of accelerometer and gyroscope: anything whose readinto(block)
waits for the next ten samples and returns the bytes read.
"""

from array import array

import senselet

model = senselet.load("/motion.sense")
stream = model.stream()
block = array(model.typecode, [0] * (10 * model.channels))

try:
    import virtual

    sensor = virtual.Sensor("recording.samples")
except ImportError:
    from imu import sensor  # yours

while sensor.readinto(block):
    stream.push(block)
    while stream.next():
        print(stream.label, max(stream.probabilities))
