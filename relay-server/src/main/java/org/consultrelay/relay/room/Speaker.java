package org.consultrelay.relay.room;

/**
 * How loud a participant is.
 *
 * @param participant who
 * @param level 0 to 1, 1 being the loudest
 * @param active whether they speak
 */
public record Speaker(Participant participant, float level, boolean active) {}
