"""The public web site: chat, intake form and the my-data page."""
