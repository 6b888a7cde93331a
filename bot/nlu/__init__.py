"""Understanding: the spaCy language pipeline and Rasa graph components. Nothing here knows the content."""
