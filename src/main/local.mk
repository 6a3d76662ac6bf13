# main: one file a program or verb; included by nobody
bin_PROGRAMS += holdfast
holdfast_SOURCES = %reldir%/holdfast.c
holdfast_LDADD = libregister.a libstore.a libjournal.a libwire.a libdevice.a \
	libcore.a libbase.a $(NCURSES_LIBS) $(LMDB_LIBS) $(JSON_LIBS) \
	$(SERIALPORT_LIBS) $(SODIUM_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS)
