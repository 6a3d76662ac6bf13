# reference: prices and taxes once more, in another language; see price.py
EXTRA_DIST += %reldir%/compare.py %reldir%/generate.py %reldir%/price.py
