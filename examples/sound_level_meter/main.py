"""A sound level meter: a microphone's samples in, levels in decibels out.

    senselet install --device sim:rv32 --program examples/sound_level_meter
    senselet run --device sim:rv32

What it measures with is told by config.json beside it.
"""

import asyncio
import json

from meter import SoundLevelMeter

with open("/config.json") as file:
    config = json.load(file)
asyncio.run(SoundLevelMeter(config).run())
