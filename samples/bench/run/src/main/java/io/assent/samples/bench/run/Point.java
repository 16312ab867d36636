package io.assent.samples.bench.run;

/** What is measured several times for each candidate. */
record Point(Series series, Series.Variant variant, int clients) {}
