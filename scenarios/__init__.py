"""What to run: schema, strict loader, evidence, registers of schools, and the library of scenarios."""
