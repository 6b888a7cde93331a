"""What people leave for staff beside a sign-up: a request to be called back, and whether an answer helped."""
