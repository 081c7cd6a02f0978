"""Sound events: which part of a drum kit was struck?"""
