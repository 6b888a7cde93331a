"""Load measurements: conversations to have, who has them, what they are had with, and what came out."""
