"""How many people came how far: daily counts without anything about a person, and what may be shown of them."""
