"""How Rasa keeps conversations: the tracker store."""
