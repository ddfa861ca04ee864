/**
 * Clients' connections: how many there may be, what each may do, and how all are told that the server leaves. No
 * request's meaning.
 */
package dev.kilter.network;
