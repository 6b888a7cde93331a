"""What staff set about the study while everything runs: recruitment, and what patients hear about waiting."""
