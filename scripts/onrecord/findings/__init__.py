"""What is wrong, as data: a finding, and every code that one may bear."""
