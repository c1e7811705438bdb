"use strict";
(() => {
  const report = JSON.parse(document.getElementById("data").textContent);
  const area = document.getElementById("chart-area");
  const rows = report.intervals;
  const colours = ["#005eb8", "#d4351c", "#00703c", "#6f42c1"];

  const known = column => column && column.some(value => value !== null);

  function draw(title, explanation, x, xLabel, series, unit) {
    const shown = series.filter(each => known(each.values));
    if (shown.length === 0 || x.length === 0) return;
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = title;
    const more = document.createElement("span");
    more.textContent = explanation;
    caption.append(more);
    const holder = document.createElement("div");
    holder.setAttribute("role", "img");
    holder.setAttribute("aria-label", title + ". " + explanation);
    figure.append(caption, holder);
    area.append(figure);
    const width = () => Math.max(280, figure.clientWidth);
    const plot = new uPlot({
      width: width(),
      height: 220,
      legend: { live: false },
      scales: { x: { time: false }, y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        { label: xLabel, labelSize: 18, size: 34 },
        { size: 78, values: (u, ticks) => ticks.map(tick => tick.toLocaleString("en-GB") + (unit ? " " + unit : "")) }
      ],
      series: [
        {},
        ...shown.map((each, i) => ({
          label: each.label, stroke: colours[i], width: 2, spanGaps: true,
          dash: i === 0 ? undefined : [[], [6, 3], [2, 3], [8, 3, 2, 3]][i],
          points: { show: x.length < 40, size: 5 },
          value: (u, value) => value === null ? "–" : value.toLocaleString("en-GB") + (unit ? " " + unit : "")
        }))
      ]
    }, [x, ...shown.map(each => each.values)], holder);
    addEventListener("resize", () => plot.setSize({ width: width(), height: 220 }));
  }

  const seconds = rows.second;
  const time = "seconds since the start";
  // Measurements are about a second apart: a busy machine takes some of them late.
  const rate = values => values.map((value, i) =>
    value === null ? null : Math.round(value / Math.max(0.1, seconds[i] - (i === 0 ? 0 : seconds[i - 1]))));
  draw("Participants and consultations", "Who was in at the time.", seconds, time, [
    { label: "participants", values: rows.participants }, { label: "consultations", values: rows.consultations }]);
  draw("Joins each second", "Participants who knocked, who came in, and what failed; of that, who was told to come later.", seconds, time, [
    { label: "joined", values: rate(rows.joins) }, { label: "failed", values: rate(rows.failures) },
    { label: "knocked", values: rate(rows.knocks) }, { label: "sent away", values: rate(rows.refusals) }]);
  draw("Latency of packets", "From sending to arrival, one way. “Corrected” counts from when the packet was due.", seconds, time, [
    { label: "half within", values: rows.latencyP50 }, { label: "99 % within", values: rows.latencyP99 },
    { label: "99 % corrected", values: rows.correctedP99 }], "ms");
  draw("Loss", "Share of packets that did not come, before and after retransmission.", seconds, time, [
    { label: "after repair", values: rows.lossPercent }, { label: "on the network", values: rows.networkLossPercent }], "%");
  draw("Packets each second", "Sent by all participants, and received by all.", seconds, time, [
    { label: "sent", values: rate(rows.sent) }, { label: "received", values: rate(rows.received) }]);
  draw("Processors used", "1 is one processor fully used.", seconds, time, [
    { label: "relay", values: rows.serverCpu }, { label: "tester", values: rows.testerCpu }]);
  draw("Memory of the relay", "Resident, or heap where only that is known.", seconds, time, [
    { label: "memory", values: rows.serverMemory.map(value => value === null ? null : value / 1048576) }], "MiB");
  draw("How late", "The relay's loops at most within ten to twenty seconds, and 99 % of the tester's own sends.", seconds, time, [
    { label: "relay's loops", values: rows.serverLateMax }, { label: "tester", values: rows.latenessP99 }], "ms");
  draw("Time to join", "How many of all participants were in within which time.", report.joinCurve.millis,
    "milliseconds from the join's begin", [{ label: "participants", values: report.joinCurve.percent }], "%");
})();
