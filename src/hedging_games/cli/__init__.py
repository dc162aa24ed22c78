"""The command line: `main` has the program, one module each the families of verbs."""
