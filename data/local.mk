# data the product ships
dist_pkgdata_DATA += %reldir%/sample-products.csv %reldir%/printers.conf
keymapsdir = $(pkgdatadir)/keymaps
dist_keymaps_DATA = \
	%reldir%/keymaps/core-pos \
	%reldir%/keymaps/full \
	%reldir%/keymaps/numpad \
	%reldir%/keymaps/prog \
	%reldir%/keymaps/reader \
	%reldir%/keymaps/vt
countriesdir = $(pkgdatadir)/countries
dist_countries_DATA = \
	%reldir%/countries/at.conf \
	%reldir%/countries/au.conf \
	%reldir%/countries/ca-qc.conf \
	%reldir%/countries/ca.conf \
	%reldir%/countries/ch.conf \
	%reldir%/countries/de.conf \
	%reldir%/countries/dk.conf \
	%reldir%/countries/gb.conf \
	%reldir%/countries/in.conf \
	%reldir%/countries/jp.conf \
	%reldir%/countries/kw.conf \
	%reldir%/countries/nz.conf \
	%reldir%/countries/se.conf \
	%reldir%/countries/us-ca.conf \
	%reldir%/countries/us-sst.conf
# beside a program that was built elsewhere and not installed
all-local: link-countries
link-countries:
	@test -e data/countries || { $(MKDIR_P) data && \
		ln -s $(abs_top_srcdir)/data/countries data/countries; }
clean-local: unlink-countries
unlink-countries:
	@test ! -L data/countries || rm -f data/countries
.PHONY: link-countries unlink-countries
# what may happen to a simulated device; holdfast-scenario(5)
scenariosdir = $(pkgdatadir)/scenarios
dist_scenarios_DATA = \
	%reldir%/scenarios/loose-cable \
	%reldir%/scenarios/noisy-line \
	%reldir%/scenarios/paper-ends \
	%reldir%/scenarios/silent-terminal \
	%reldir%/scenarios/slow-adapter
nginxdir = $(pkgdatadir)/nginx
dist_nginx_DATA = %reldir%/nginx/holdfast-hub.conf
# the hub's protocol, for other programs; tests/e2e/openapi.py
dist_pkgdata_DATA += %reldir%/holdfast-hub.openapi.json
