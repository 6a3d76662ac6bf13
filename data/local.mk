# data the product ships
dist_pkgdata_DATA += %reldir%/sample-products.csv
