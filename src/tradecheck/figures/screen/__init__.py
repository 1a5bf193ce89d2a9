"""The screen of a study's trade: made from its evidence, and shown."""
