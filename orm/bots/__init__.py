"""The app `bots`: the personalities of bots."""
