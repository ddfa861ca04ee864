/**
 * The process: settings from the environment, leader election, health and metrics over HTTP. Nothing is decided here.
 */
package dev.kilter.autoscaler.service;
