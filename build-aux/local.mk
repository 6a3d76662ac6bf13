# what the build itself runs
EXTRA_DIST += %reldir%/layers.txt
