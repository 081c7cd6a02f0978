"""The board's program: say what was struck, whenever something is.

Install it beside the model: `senselet install --device … --model sound_events.sense --program
main.py`. On a virtual board the microphone plays the file recording.samples; on a real one it is
`machine.I2S` with the pins below (an INMP441 or the like).
"""

from array import array

import senselet

QUIET = 400  # counts; nothing below is an event
WINDOWS = 4  # that an event is listened to for

model = senselet.load("/sound_events.sense")
stream = model.stream()
block = array("h", [0] * model.hop)

try:
    import virtual

    microphone = virtual.Sensor("recording.samples")
except ImportError:
    from machine import I2S, Pin

    pins = {"sck": Pin(4), "ws": Pin(5), "sd": Pin(6)}  # yours
    rate = model.rate_millihertz // 1000
    microphone = I2S(0, mode=I2S.RX, bits=16, format=I2S.MONO, rate=rate, ibuf=16000, **pins)

step = model.hop * 1000000 // model.rate_millihertz  # milliseconds a block
now = 0
left = 0  # windows until the event is decided
before = 0  # the loudest sample of the block before
while microphone.readinto(block):
    now += step
    stream.push(block)
    loudest = max(block)
    if loudest > QUIET and loudest > 2 * before:  # something begins
        if not left:
            certainty = 0
        left = WINDOWS
    before = loudest
    while stream.next():
        if left:
            left -= 1
            if max(stream.probabilities) > certainty:
                certainty = max(stream.probabilities)
                label = stream.label
            if not left:
                print(now, "ms:", label, round(certainty, 2))
