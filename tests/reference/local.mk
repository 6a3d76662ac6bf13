# reference: prices and taxes once more, in another language; see price.py
TESTS += %reldir%/compare.py
SLOW_TESTS += %reldir%/compare.py
dist_check_SCRIPTS += %reldir%/compare.py
EXTRA_DIST += %reldir%/books.py %reldir%/generate.py %reldir%/price.py
