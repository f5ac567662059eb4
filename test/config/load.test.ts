import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { demoConfig, demoYaml } from "../../src/app/demo.ts";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { challengeRules } from "../../src/config/challenges.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { configJsonSchema, loadConfig, parseConfig } from "../../src/config/load.ts";
import { configNotes } from "../../src/config/notes.ts";

const plugins = {
  cameras: [
    { type: "synthetic", summary: "simulated", options: z.strictObject({ seed: z.int().default(1) }) },
    { type: "folder", summary: "files", options: z.strictObject({ folder: z.string() }) },
  ],
  triggers: [{ type: "timer", summary: "steady", options: z.strictObject({ unitsPerMinute: z.number().positive() }) }],
};
const good = {
  site: "north",
  stations: [
    {
      id: "LINE-01",
      trigger: { type: "timer", unitsPerMinute: 400 },
      cameras: [{ id: "CAM-01", type: "synthetic" }],
      model: "snack-bag@2",
    },
  ],
};
const problemsOf = (raw: unknown): readonly string[] => {
  try {
    parseConfig("site.yaml", raw, plugins);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test("defaults are safe: loopback, no anonymous, no unencrypted sessions", () => {
  expect(parseConfig("site.yaml", good, plugins).opcua).toMatchObject({
    host: "127.0.0.1",
    anonymous: "off",
    securityNone: false,
  });
});

// One round of editing must be enough.
test("every problem is named with its path, unknown options too", () => {
  const bad = structuredClone(good) as Record<string, unknown> & typeof good;
  bad["portt"] = 1;
  bad.stations[0]!.id = "line 1";
  Object.assign(bad.stations[0]!.cameras[0]!, { sead: 2 });
  Object.assign(bad.stations[0]!, { deadlineMs: "soon" });
  const problems = problemsOf(bad).join("\n");
  expect(problems).toMatch(/^portt: unknown option/m);
  expect(problems).toMatch(/stations\.0\.id: use A-Z/);
  expect(problems).toMatch(/stations\.0\.cameras\.0\.sead: unknown option/);
  expect(problems).toMatch(/stations\.0\.deadlineMs: /);
});

test("a site is a name, or a name with time zone and shift plan; what is wrong with the plan is said", () => {
  expect(parseConfig("site.yaml", good, plugins).site).toEqual({ name: "north", timeZone: "UTC", shifts: [] });
  const plan = (over: object) => ({ ...good, site: { name: "north", timeZone: "Europe/Berlin", ...over } });
  const early = { id: "EARLY", start: "06:00" };
  expect(parseConfig("site.yaml", plan({ shifts: [{ ...early, days: ["mon"] }] }), plugins).site.shifts).toEqual([
    { ...early, days: ["mon"] },
  ]);
  expect(problemsOf(plan({ timeZone: "Europe/Berlln" })).join()).toMatch(/site\.timeZone: unknown time zone/);
  expect(problemsOf(plan({ shifts: [{ ...early, start: "6:00" }] })).join()).toMatch(
    /site\.shifts\.0\.start: use local time/,
  );
  expect(problemsOf(plan({ shifts: [early, { ...early, id: "B" }] })).join()).toMatch(
    /two shifts begin at the same time/,
  );
});

// One session that two consumers claim would move the cursor of whichever comes first in the file.
test("consumers that one session could be are refused, and one that no session can be", () => {
  const withConsumers = (...consumers: unknown[]) => ({ ...good, opcua: { consumers } });
  expect(
    problemsOf(withConsumers({ id: "MES-1", user: "mes" }, { id: "HIST-1", user: "historian", application: "urn:h" })),
  ).toEqual([]);
  expect(
    problemsOf(withConsumers({ id: "MES-1", user: "mes" }, { id: "HIST-1", application: "urn:h" })).join(),
  ).toMatch(/opcua\.consumers\.1: a session could be MES-1 as well as HIST-1/);
  expect(problemsOf(withConsumers({ id: "MES-1" })).join()).toMatch(/opcua\.consumers\.0: say whose sessions/);
});

// What an alarm means is not for a site to change; only the numbers that it has.
test("an alarm takes the numbers that its row in the table has, and no others", () => {
  const withAlarms = (alarms: unknown) => ({
    ...good,
    stations: [{ ...good.stations[0]!, defectClasses: ["SEAL_TORN"], alarms }],
  });
  const fine = withAlarms({
    DefectRateHigh: { limit: 5, classLimits: { SEAL_TORN: 1 } },
    StorageLow: { severity: 900 },
  });
  expect(parseConfig("site.yaml", fine, plugins).stations[0]!.alarms).toEqual({
    DefectRateHigh: { limit: 5, classLimits: { SEAL_TORN: 1 } },
    StorageLow: { severity: 900 },
  });
  const problems = problemsOf(
    withAlarms({ StorageLow: { minimumSamples: 3 }, CameraLost: { onDelayMs: -1 }, Fire: {} }),
  ).join("\n");
  expect(problems).toMatch(/alarms\.StorageLow\.minimumSamples: unknown option/);
  expect(problems).toMatch(/alarms\.CameraLost\.onDelayMs: /);
  expect(problems).toMatch(/alarms\.Fire: unknown option/);
  // A slip of the pen here would be an alarm that never comes.
  expect(problemsOf(withAlarms({ DefectRateHigh: { classLimits: { SEAL_TRON: 1, ANOMALY: 2 } } }))).toEqual([
    expect.stringMatching(
      /alarms\.DefectRateHigh\.classLimits\.SEAL_TRON: unknown defect class.*SEAL_TORN, ANOMALY, OTHER/,
    ),
  ]);
});

test("two stations with one id are refused, and two cameras; the id is told", () => {
  const station = good.stations[0]!;
  expect(problemsOf({ ...good, stations: [station, { ...station, id: "LINE-02" }, station] })).toEqual([
    "stations.2.id: two stations have the same id: LINE-01",
  ]);
  const cameras = [station.cameras[0], station.cameras[0]];
  expect(problemsOf({ ...good, stations: [{ ...station, cameras }] })).toEqual([
    "stations.0.cameras.1.id: two cameras have the same id: CAM-01",
  ]);
});

// Each would be found on the day of commissioning otherwise: a context that stays empty, an acknowledgement that is refused.
test("what a sound configuration asks for in vain is noted with what to do, and nothing else", () => {
  const notesOf = (opcua: object, ...owners: string[]) =>
    configNotes(
      parseConfig(
        "site.yaml",
        {
          site: "north",
          opcua,
          stations: owners.map((owner, n) => ({ ...good.stations[0]!, id: `LINE-0${n + 1}`, context: { owner } })),
        },
        plugins,
      ),
    );
  const byApplication = { id: "MES-1", application: "urn:plant:mes" };
  expect(notesOf({ anonymous: "full", consumers: [byApplication] }, "mes", "jobs")).toEqual([]);
  expect(notesOf({ anonymous: "read", consumers: [{ id: "MES-1", user: "anonymous" }] }, "mes")).toEqual([]);
  expect(
    notesOf(
      { consumers: [byApplication, { id: "HIST-1", user: "historian", application: "urn:h" }] },
      "mes",
      "plc",
      "local",
    ),
  ).toEqual([
    expect.stringMatching(/no OPC UA client can log in.*set it to read or full/),
    expect.stringMatching(/consumer HIST-1: .*user historian; name its application/),
    expect.stringMatching(/station LINE-02: .*plc.*context\.owner to mes or jobs/),
    expect.stringMatching(/station LINE-03: .*local.*context\.owner to mes or jobs/),
  ]);
});

describe("challenges", () => {
  const withChallenges = (challenges: object): typeof good => ({
    ...good,
    stations: [{ ...good.stations[0]!, defectClasses: ["SEAL_TORN"], challenges } as never],
  });
  test("the options become the rules of the line, in ms", () => {
    const pieces = [{ id: "TEST-1", class: "SEAL_TORN" }];
    const [station] = parseConfig("site.yaml", withChallenges({ pieces, everyHours: 2 }), plugins).stations;
    expect(challengeRules(station!.challenges, station!.defectClasses)).toMatchObject({
      pieces,
      schedule: { every: "interval", ms: 7_200_000 },
      aloneMs: 3_000,
      validMs: 300_000,
    });
  });
  test.each([
    // A piece of a class that cannot be found would fail for ever, for nobody's fault.
    [{ pieces: [{ id: "T", class: "METAL" }] }, /challenges\.pieces\.0\.class: unknown defect class.*SEAL_TORN/],
    [
      {
        pieces: [
          { id: "T", class: "SEAL_TORN" },
          { id: "T", class: "OTHER" },
        ],
      },
      /two test pieces have the same id/,
    ],
    [{ perShift: true, everyHours: 2 }, /give perShift or everyHours, not both/],
  ])("%j is refused", (challenges, problem) => {
    expect(problemsOf(withChallenges(challenges)).join("\n")).toMatch(problem);
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tallyline-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("a file that is not YAML is refused with line, column and text", () => {
    const file = join(folder, "site.yaml");
    writeFileSync(file, "site: north\nsite: south\n");
    expect(() => loadConfig(file, plugins)).toThrow(/line 2, column 1: site: south$/);
  });
  test("a file that is not there is refused by its name", () => {
    expect(() => loadConfig(join(folder, "nowhere.yaml"), plugins)).toThrow(/nowhere\.yaml.*cannot be read.*--config/s);
  });
  // Secrets do not belong into a file that is copied and mailed.
  test("a value may stand in the environment; one that does not is named with its path", () => {
    const file = join(folder, "site.yaml");
    const reference = "$" + "{SITE}";
    writeFileSync(file, JSON.stringify({ ...good, site: reference }));
    expect(loadConfig(file, plugins, { SITE: "south" }).site.name).toBe("south");
    expect(() => loadConfig(file, plugins, { SITE: "" })).toThrow(/site: the environment variable SITE is not set/);
  });
});

test("the embedded demo fits the schema with the plug-ins that ship, and the JSON Schema knows their options", async () => {
  const shipped = await discoverPlugins();
  expect(parseConfig("demo", demoConfig(), shipped).stations[0]!.id).toBe("LINE-01");
  expect(parse(demoYaml)).toEqual(demoConfig());
  const text = JSON.stringify(configJsonSchema(shipped));
  for (const { type } of [...shipped.cameras, ...shipped.triggers]) expect(text).toContain(`"const":"${type}"`);
});
