# reference: prices and taxes once more, in another language; see price.py
EXTRA_DIST += %reldir%/price.py
