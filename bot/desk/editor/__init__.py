"""The editor's pages: topics, drafts, review, publishing with its trainings, sources, and a box to try questions."""
