"""What the public site and the desk share: security headers, limits, errors, the proxy in front, basic style tokens."""
