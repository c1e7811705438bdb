package org.consultrelay.load.plan;

import java.util.function.IntToDoubleFunction;

/**
 * How a day goes, minute by minute. What goes on is the greatest of the minute's seconds; what
 * happens is the greatest and the mean of a second.
 */
public final class DayCurve {
  private final int minutes;
  private final double[] rooms;
  private final double[] meanRooms;
  private final double[] people;
  private final double[] joins;
  private final double[] worstJoins;
  private final double[] connections;
  private final double[] audioIn;
  private final double[] videoIn;
  private final double[] audioOut;
  private final double[] videoOut;
  private final double[] open;
  private int roomsNow;
  private int peopleNow;
  private double audioInNow;
  private double videoInNow;
  private double audioOutNow;
  private double videoOutNow;
  private long openNow;
  private int joinsInSecond;
  private int connectionsInSecond;

  DayCurve(int minutes) {
    this.minutes = minutes;
    rooms = new double[minutes];
    meanRooms = new double[minutes];
    people = new double[minutes];
    joins = new double[minutes];
    worstJoins = new double[minutes];
    connections = new double[minutes];
    audioIn = new double[minutes];
    videoIn = new double[minutes];
    audioOut = new double[minutes];
    videoOut = new double[minutes];
    open = new double[minutes];
  }

  void addRooms(int change) {
    roomsNow += change;
  }

  void addPeople(int change) {
    peopleNow += change;
  }

  /** Somebody has come in, with so many peer connections set up by that. */
  void joined(int newConnections) {
    joinsInSecond++;
    connectionsInSecond += newConnections;
  }

  /** So many more participants send, and so many more streams of theirs go out. */
  void streams(Costs costs, boolean video, int in, int out) {
    audioInNow += in * costs.audioPacketsPerSecond();
    audioOutNow += out * costs.audioPacketsPerSecond();
    if (video) {
      videoInNow += in * costs.videoPacketsPerSecond();
      videoOutNow += out * costs.videoPacketsPerSecond();
    }
    openNow += in + out;
  }

  /** A second is over. */
  void second(int second) {
    int minute = second / 60;
    rooms[minute] = Math.max(rooms[minute], roomsNow);
    meanRooms[minute] += roomsNow / 60.0;
    people[minute] = Math.max(people[minute], peopleNow);
    joins[minute] += joinsInSecond / 60.0;
    worstJoins[minute] = Math.max(worstJoins[minute], joinsInSecond);
    connections[minute] = Math.max(connections[minute], connectionsInSecond);
    audioIn[minute] = Math.max(audioIn[minute], audioInNow);
    videoIn[minute] = Math.max(videoIn[minute], videoInNow);
    audioOut[minute] = Math.max(audioOut[minute], audioOutNow);
    videoOut[minute] = Math.max(videoOut[minute], videoOutNow);
    open[minute] = Math.max(open[minute], (double) openNow);
    joinsInSecond = 0;
    connectionsInSecond = 0;
  }

  /** Minutes from midnight; a day and the hour after it. */
  public int minutes() {
    return minutes;
  }

  /** Consultations that go on, at most. */
  public double rooms(int minute) {
    return rooms[minute];
  }

  /** Consultations that go on, in the mean. */
  public double meanRooms(int minute) {
    return meanRooms[minute];
  }

  /** Participants who are in, at most. */
  public double people(int minute) {
    return people[minute];
  }

  /** Participants who come, a second in the mean. */
  public double joins(int minute) {
    return joins[minute];
  }

  /** Participants who come in the worst second. */
  public double worstJoins(int minute) {
    return worstJoins[minute];
  }

  /** Peer connections set up in the worst second. */
  public double connections(int minute) {
    return connections[minute];
  }

  /** Packets a second that come in, at most. */
  public double packetsIn(int minute) {
    return audioIn[minute] + videoIn[minute];
  }

  /** Packets a second that go out, at most. */
  public double packetsOut(int minute) {
    return audioOut[minute] + videoOut[minute];
  }

  /** Gigabits a second that go out, at most. */
  public double gigabitsOut(int minute, Costs costs) {
    double audio = audioOut[minute] / Math.max(1, costs.audioPacketsPerSecond());
    double video = videoOut[minute] / Math.max(1, costs.videoPacketsPerSecond());
    return (audio * costs.audioKilobits() + video * costs.videoKilobits()) / 1e6;
  }

  /** Gigabits a second that come in, at most. */
  public double gigabitsIn(int minute, Costs costs) {
    double audio = audioIn[minute] / Math.max(1, costs.audioPacketsPerSecond());
    double video = videoIn[minute] / Math.max(1, costs.videoPacketsPerSecond());
    return (audio * costs.audioKilobits() + video * costs.videoKilobits()) / 1e6;
  }

  /** Processors that forwarding keeps busy, at most. */
  public double forwardingProcessors(int minute, Costs costs) {
    return (audioOut[minute] * costs.audioPacketNanos()
            + videoOut[minute] * costs.videoPacketNanos())
        / 1e9;
  }

  /** Processors that the worst second's joins keep busy. */
  public double joiningProcessors(int minute, Costs costs) {
    return connections[minute] * costs.connectionNanos() / 1e9;
  }

  /** Peer connections that are open, at most. */
  public double open(int minute) {
    return open[minute];
  }

  /** The greatest of the day. */
  public double greatest(IntToDoubleFunction of) {
    double greatest = 0;
    for (int minute = 0; minute < minutes; minute++) {
      greatest = Math.max(greatest, of.applyAsDouble(minute));
    }
    return greatest;
  }
}
