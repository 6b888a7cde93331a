"""Setting up, training, starting, supervising and checking an installation."""
