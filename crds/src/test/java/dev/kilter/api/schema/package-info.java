/**
 * Makes the CRDs and the API reference from the records, and holds the committed files to them. Runs as a test, since
 * the tests run on the project's own JDK while Maven itself may be on an older one.
 */
package dev.kilter.api.schema;
