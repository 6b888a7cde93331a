"""The answers: what a topic is, where its facts come from, how it is checked, stored and found."""
