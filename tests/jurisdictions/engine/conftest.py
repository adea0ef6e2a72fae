"""Property tests of the engine judge what is right, not how busy the machine is."""

from hypothesis import settings

settings.register_profile("engine", deadline=None)
settings.load_profile("engine")
