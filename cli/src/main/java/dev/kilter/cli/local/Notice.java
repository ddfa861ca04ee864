package dev.kilter.cli.local;

import java.time.Instant;

/**
 * Something that was decided or happened.
 *
 * @param who planner, autoscaler, profile, pod or gateway
 * @param text a sentence with its reason
 */
public record Notice(Instant at, String who, String text) {}
