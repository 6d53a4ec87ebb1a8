"""A server that speaks the Hub's HTTP protocol over a socket, for the tests of publishing."""
