package org.consultrelay.relay.consult;

import java.time.Duration;
import java.util.Optional;

/**
 * How long and how many.
 *
 * @param early how long before its slot a consultation opens
 * @param late how long after its planned end it is over
 * @param seatGrace how long somebody whose line is lost keeps their place
 * @param maxPerKey most consultations of one API key
 * @param linkBase what links begin with; empty: as each request says
 */
public record ConsultLimits(
    Duration early, Duration late, Duration seatGrace, int maxPerKey, Optional<String> linkBase) {}
