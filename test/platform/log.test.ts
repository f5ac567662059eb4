import { PassThrough } from "node:stream";
import { createLog, logFor } from "../../src/platform/log.ts";

// Two lines on one machine: "line status running" must say whose.
test("a log for somebody names him in every line, and the line's own fields win", () => {
  const stream = new PassThrough();
  const log = logFor(createLog("core", { level: "info", format: "json" }, stream), { station: "LINE-01" });
  log.info("line status", { state: "running" });
  log.warn("alarm", { station: "LINE-02" });
  const lines = String(stream.read())
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  expect(lines).toMatchObject([
    { message: "line status", process: "core", station: "LINE-01", state: "running" },
    { message: "alarm", station: "LINE-02" },
  ]);
});
