"""How runs come about: one replicate, and where many are carried out."""
