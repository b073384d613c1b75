"""The national request codes: releases, exams, their synonyms and clinical information, and a lab's catalogue."""
