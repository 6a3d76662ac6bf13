# data the product ships
dist_pkgdata_DATA += %reldir%/sample-products.csv
keymapsdir = $(pkgdatadir)/keymaps
dist_keymaps_DATA = \
	%reldir%/keymaps/core-pos \
	%reldir%/keymaps/full \
	%reldir%/keymaps/numpad \
	%reldir%/keymaps/prog \
	%reldir%/keymaps/reader \
	%reldir%/keymaps/vt
