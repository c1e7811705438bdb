package org.consultrelay.load.run;

import java.util.concurrent.atomic.AtomicInteger;

/** Who is in, over all consultations. */
final class Presence {
  /** Participants who are in now. */
  final AtomicInteger participants = new AtomicInteger();

  /** Consultations that go on now. */
  final AtomicInteger consultations = new AtomicInteger();

  /** Legs that have tried to come in. */
  final AtomicInteger attempts = new AtomicInteger();
}
