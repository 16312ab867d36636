package io.assent.samples.crash;

import java.util.List;
import java.util.Map;

/** A request on its way.
 * @param headers named without regard to case */
record Request(String method, String path, Map<String, List<String>> headers, String body) {}
