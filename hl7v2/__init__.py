"""The wire of HL7 v2 (chapter 2): segments, escapes, character sets, batch envelope. No message of its own."""
