# catalogs of the shop's language; base/i18n.h.  A language is a .po here, a
# rule, two lines to install it and a word in i18n_known()
EXTRA_DIST += %reldir%/holdfast.pot %reldir%/de.po %reldir%/fr.po
CLEANFILES += $(nodist_localede_DATA) $(nodist_localefr_DATA)

localededir = $(localedir)/de/LC_MESSAGES
nodist_localede_DATA = %reldir%/de/LC_MESSAGES/holdfast.mo
localefrdir = $(localedir)/fr/LC_MESSAGES
nodist_localefr_DATA = %reldir%/fr/LC_MESSAGES/holdfast.mo

%reldir%/de/LC_MESSAGES/holdfast.mo: %reldir%/de.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(MSGFMT) --check -o $@ $(srcdir)/%reldir%/de.po
%reldir%/fr/LC_MESSAGES/holdfast.mo: %reldir%/fr.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
		$(MSGFMT) --check -o $@ $(srcdir)/%reldir%/fr.po

# what the sources ask for, and the catalogs with it merged in; no line
# numbers and no date, so that a catalog changes when a text does
update-po:
	XGETTEXT='$(XGETTEXT)' MSGMERGE='$(MSGMERGE)' \
		$(SHELL) $(srcdir)/%reldir%/update $(srcdir)
.PHONY: update-po
EXTRA_DIST += %reldir%/update %reldir%/GLOSSARY
