"""How the shipped networks are trained and measured. Nothing here is loaded in use."""
