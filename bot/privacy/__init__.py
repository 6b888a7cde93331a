"""Privacy: what is masked, how long things are kept, and one person's data as a whole."""
