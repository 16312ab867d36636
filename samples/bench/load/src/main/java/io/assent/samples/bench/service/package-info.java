/**
 * The participant service: one HTTP server and one piece of business for all candidates that go over HTTP, so that only
 * the commit protocol differs. Measured code of Assent is the SDK's; no class of the coordinator may enter.
 */
@NullMarked
package io.assent.samples.bench.service;

import org.jspecify.annotations.NullMarked;
