"""The program: settings, wiring, command line. The only room that knows all others."""
