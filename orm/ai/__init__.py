"""The app `ai`: models, their calls, and examples to train them."""
