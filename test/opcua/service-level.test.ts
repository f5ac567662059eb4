import { type Service, serviceLevel } from "../../src/opcua/service-level.ts";

// Redundant clients choose a server by it: the sub-ranges are those of OPC 10000-4 §6.6.2.4.2.
test.each<[Service[], number]>([
  [["inspecting"], 255],
  [["inspecting", "inspecting"], 255],
  [["inspecting", "faulted"], 101],
  [["inspecting", "inspecting", "silent"], 133],
  [["faulted"], 1],
  [["silent", "silent"], 1],
  [["faulted", "silent"], 1],
])("%j is %i", (services, level) => {
  expect(serviceLevel(services)).toBe(level);
});
