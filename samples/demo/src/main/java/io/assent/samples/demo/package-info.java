/**
 * The crash demo and the coordinator for development: starts PostgreSQL and the services as processes, drives and kills
 * them, and audits what is left. It talks to them as any client would, over HTTP, and looks into their databases; no class
 * of coordinator or services may enter.
 */
@NullMarked
package io.assent.samples.demo;

import org.jspecify.annotations.NullMarked;
