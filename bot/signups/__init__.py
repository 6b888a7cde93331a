"""Sign-ups: hand-over, records, encryption, workflow and audit trail. No Flask, no Rasa."""
