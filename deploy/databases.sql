-- Rasa's conversations have a database of their own, beside the one that POSTGRES_DB makes.
CREATE DATABASE conversations OWNER stamcelwijzer;
