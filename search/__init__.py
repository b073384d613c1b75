"""The typeahead: a query in, exams out, each with the reason why. Engines retrieve; one shared ranker judges."""
